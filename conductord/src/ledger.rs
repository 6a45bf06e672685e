//! `conductord ledger`: looking after the ledger of a stopped daemon.

use anyhow::Context as _;
use conductor_store::ledger::{RepairReport, repair as repair_folder, verify_dir};

use crate::{
    config::Settings,
    data::Data,
    exit::{Ended, Kind, say},
    logging,
};

/// Hashes everything again; exit 9 when it is not as it was signed.
pub(crate) fn verify(settings: &Settings) -> Result<(), Ended> {
    logging::begin(settings)?;
    let data = Data::hold(&settings.data_dir)?;
    let chain = data.chain()?;
    let mut told = 0;
    let report = verify_dir(&data.ledger_folder(), &chain, &mut |done, all| {
        let percent = done.saturating_mul(100) / all.max(1);
        if percent >= told + 10 {
            told = percent;
            tracing::info!(done, all, "verifying the ledger: {percent} %");
        }
    });
    let report = report.context("verify the ledger")?;
    say(&format!("events  {}", report.records))?;
    let root: String = report.root.iter().map(|byte| format!("{byte:02x}")).collect();
    say(&format!("sealed  {}", report.sealed.values().sum::<u64>()))?;
    say(&format!("root    sha256:{root}"))?;
    match report.problem {
        None => say("verified"),
        Some(problem) => {
            Err(Ended::because(Kind::Damaged, format!("verify the ledger: {problem}")))
        }
    }
}

/// Cuts the ledger before its damage and says what is lost by that.
pub(crate) fn repair(settings: &Settings) -> Result<(), Ended> {
    logging::begin(settings)?;
    let data = Data::hold(&settings.data_dir)?;
    let chain = data.chain()?;
    let report = repair_folder(&data.ledger_folder(), &chain).context("repair the ledger")?;
    for line in lines(&report) {
        say(&line)?;
    }
    Ok(())
}

fn lines(report: &RepairReport) -> Vec<String> {
    let Some(copy) = &report.copy else {
        return vec![format!("the ledger is sound, its last event is {}", report.last_seq)];
    };
    let mut lines: Vec<String> =
        report.problems.iter().map(|problem| format!("found: {problem}")).collect();
    lines.push(format!("copied the ledger as it was to {}", copy.display()));
    lines.push(match report.lost {
        Some((first, last)) if first == last => format!("lost: event {first}"),
        Some((first, last)) => {
            format!("lost: events {first} to {last}, {} bytes", report.lost_bytes)
        }
        None => "lost: nothing".to_owned(),
    });
    if report.checkpoint_removed {
        lines.push("removed the checkpoint, which covered what is lost; the copy has it".into());
    }
    lines.push(format!(
        "kept: events 1 to {}; the next start makes the views again",
        report.last_seq
    ));
    lines
}
