//! `conductor ledger export DIR`: the log as a folder that anybody can read without a daemon. Run again
//! it fetches what is new, after it was made sure that what is there is a beginning of it.

use std::fs;

use conductor_keys::{
    chain::Chain,
    note::VerifierKey,
    proof,
    tile::{TileKind, TilePath, entries_of, levels_of, tiles_of},
};
use conductor_protocol::error_code::Code;
use serde_json::json;

use super::{
    ExportArgs,
    folder::{CHECKPOINT, Folder, long_digest, payload_name},
    keys::KEYS,
    remembered::{self, Seen},
};
use crate::cli::{context::Context, failure::Failure, output::Meaning};

pub(super) async fn export(args: ExportArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let seen = remembered::check(&context.connection, &context.settings.paths).await?;
    let folder = Folder::new(&args.dir);
    let chain = chain(&seen, context).await?;
    let before = folder.checkpoint(&chain)?;
    let note = context.connection.log(CHECKPOINT).await?;
    let note = String::from_utf8(note)
        .map_err(|_| Failure::Damaged("the daemon's checkpoint is no text".into()))?;
    let stated = chain.verify_checkpoint(&note);
    let stated = stated
        .map_err(|error| Failure::Damaged(format!("the checkpoint can't be believed: {error}")))?;
    if let Some((_, old)) = before.as_ref().filter(|(_, old)| old.size > stated.size) {
        return Err(Failure::Damaged(format!(
            "the log has {} records, and {} were exported from it before",
            stated.size, old.size
        )));
    }
    let fetched = fetch(&folder, (stated.size, args.hashes), context).await?;
    if let Some((_, old)) = before.as_ref().filter(|(_, old)| old.size > 0)
        && proof::root(old.size, &folder)? != old.root
    {
        return Err(Failure::Damaged(format!(
            "the log is another one than what is in {}: its first {} records lead to another root",
            args.dir.display(),
            old.size
        )));
    }
    let verified = {
        let output = &mut *context.output;
        folder.verify((&note, &stated), &[], &mut |done, all| {
            Ok(output.progress(&format!("verified {done} of {all} records"))?)
        })
    };
    context.output.progress_done()?;
    let verified = verified?;
    // Before the checkpoint, which may be by a key that only they lead to.
    folder.write(KEYS, chain.to_json().as_bytes())?;
    folder.write(CHECKPOINT, note.as_bytes())?;
    tidy(&folder, stated.size);
    told(&args, (fetched, verified.entries, stated.size), &seen.key, context)
}

/// The keys of the log, by the one that signs it now.
async fn chain(seen: &Seen, context: &Context<'_>) -> Result<Chain, Failure> {
    let text = match context.connection.log(KEYS).await {
        Ok(text) => text,
        // A daemon of before there were several has one key, and says nothing of it there.
        Err(error) if error.is(Code::TileNotFound) => return Ok(Chain::from(seen.key.clone())),
        Err(error) => return Err(error.into()),
    };
    Chain::parse(&text)
        .and_then(|chain| chain.trusting(&seen.key))
        .map_err(|error| Failure::Damaged(format!("the log's keys can't be believed: {error}")))
}

fn told(
    args: &ExportArgs,
    (fetched, entries, size): (usize, bool, u64),
    key: &VerifierKey,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    if !context.output.is_table() {
        let document = json!({
            "folder": args.dir, "size": size, "fetched": fetched, "entries": entries,
            "verifierKey": key.to_string(),
        });
        return Ok(context.output.document(&document)?);
    }
    let good = context.output.style.paint(Meaning::Good, "ok");
    let what = if entries { "records" } else { "hashes of records" };
    let place = args.dir.display();
    context.output.line(format!("{good}: {size} {what} in {place}, {fetched} files fetched"))?;
    Ok(context.output.note(format!("verifier key: {key}"))?)
}

/// Fetches the tiles of the tree that the folder lacks, and says how many.
async fn fetch(
    folder: &Folder,
    (size, hashes): (u64, bool),
    context: &mut Context<'_>,
) -> Result<usize, Failure> {
    let mut wanted: Vec<TilePath> =
        (0..levels_of(size)).flat_map(|level| tiles_of(TileKind::Hashes(level), size)).collect();
    if !hashes {
        wanted.extend(tiles_of(TileKind::Entries, size));
    }
    let all = wanted.len();
    let mut fetched = 0;
    for (done, tile) in wanted.into_iter().enumerate() {
        let name = tile.to_string();
        if folder.place(&name).is_file() {
            continue;
        }
        let bytes = context.connection.log(&name).await?;
        if tile.kind == TileKind::Entries {
            fetched += payloads(folder, tile, &bytes, context).await?;
        }
        folder.write(&name, &bytes)?;
        fetched += 1;
        context.output.progress(&format!("fetched {done} of {all} files"))?;
    }
    context.output.progress_done()?;
    Ok(fetched)
}

/// What the long records of a bundle hold.
async fn payloads(
    folder: &Folder,
    tile: TilePath,
    bundle: &[u8],
    context: &Context<'_>,
) -> Result<usize, Failure> {
    let entries = entries_of(bundle).unwrap_or_default();
    let long = (tile.start()..).zip(entries).filter(|(_, entry)| long_digest(entry).is_some());
    let mut fetched = 0;
    for (index, _) in long {
        let name = payload_name(index);
        if !folder.place(&name).is_file() {
            folder.write(&name, &context.connection.log(&name).await?)?;
            fetched += 1;
        }
    }
    Ok(fetched)
}

/// Removes the parts of tiles that newer ones have taken the place of. What stays does no harm.
fn tidy(folder: &Folder, size: u64) {
    let levels = (0..levels_of(size)).map(TileKind::Hashes);
    for kind in levels.chain([TileKind::Entries]) {
        for tile in tiles_of(kind, size).collect::<Vec<_>>().into_iter().rev().take(2) {
            let parts = folder.place(&format!("{}.p", tile.full()));
            let current = (!tile.is_full()).then(|| tile.width.to_string());
            for entry in fs::read_dir(&parts).into_iter().flatten().flatten() {
                if current.as_deref() != entry.file_name().to_str() {
                    fs::remove_file(entry.path()).ok();
                }
            }
            if current.is_none() {
                fs::remove_dir(&parts).ok();
            }
        }
    }
}
