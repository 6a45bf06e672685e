//! What the engine needs of the world: a ledger, a view store, a store of task output. Adapters
//! implement these traits in the layer above; the simulator implements them in memory.

mod archive;
mod blobs;
mod chance;
mod deployer;
mod inventory;
mod keyring;
mod ledger;
mod logs;
mod notify;
mod read_through;
mod rules;
mod secrets;
mod signing;
mod views;
mod witness;
mod work;

pub use archive::Archive;
pub use blobs::{BlobCheck, BlobRef, BlobRefusal, BlobStore, Health, Removal, StagedBlob};
pub use chance::{Clock, Dice};
pub use deployer::Deployer;
pub use inventory::{Inventory, InventoryError, NoInventory};
pub use keyring::{
    Destroyed, KeyFound, Keyring, KeyringError, KeyringReport, Owner, subject_digest,
};
pub use ledger::{
    CheckpointJob, ConsistencyProof, InclusionProof, Ledger, LedgerError, LedgerReader, Record,
    RecordDraft, SignedCheckpoint, VerifyReport,
};
pub use logs::{LogDigest, LogKey, LogRead, LogStore, LogStreamKind};
pub use notify::{Courier, OutboxStore, Undelivered};
pub use read_through::ReadThrough;
pub use rules::Rules;
pub use secrets::{SecretCatalogue, SecretState};
pub use signing::KeyKeeper;
pub use views::{ViewError, ViewStore, ViewWrite};
pub use witness::{Asking, CosignedStore, Witness, WitnessAnswer};
pub use work::{
    ArtifactRef, Completion, Confinement, FailureKind, Lease, Means, Order, Outcome, StopReason,
    WorkError, WorkPort, WorkerHello,
};
