//! Seccomp: system calls that no task needs and that lead out of a sandbox, or deep into the
//! kernel. They fail with `EPERM`, as if the caller lacked the privilege; the rest passes.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter,
};

use super::{
    paths::Truncation,
    plan::{Part, Refused},
};

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Denied whatever their arguments are.
const DENIED: &[c_long] = &[
    // Other processes' memory and files.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_kcmp,
    libc::SYS_pidfd_getfd,
    // The view of the file system.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    // Namespaces.
    libc::SYS_unshare,
    libc::SYS_setns,
    // Keys of the kernel's.
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    // Programs in the kernel, and ways around this filter.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // The machine.
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_syslog,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_adjtimex,
    libc::SYS_clock_adjtime,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_vhangup,
];

#[cfg(target_arch = "x86_64")]
const DENIED_HERE: &[c_long] = &[
    libc::SYS_kexec_file_load,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
    libc::SYS_uselib,
    libc::SYS_ustat,
];
#[cfg(not(target_arch = "x86_64"))]
const DENIED_HERE: &[c_long] = &[libc::SYS_kexec_file_load];

/// The second table of system calls that x86-64 kernels may have: its numbers have this bit.
#[cfg(target_arch = "x86_64")]
const X32_BIT: c_long = 0x4000_0000;
/// Calls of the list that have another number in that table: ptrace, kexec_load, process_vm_*.
#[cfg(target_arch = "x86_64")]
const X32_OWN: &[c_long] = &[521, 528, 539, 540];

/// `clone` with one of these makes a namespace.
const CLONE_NAMESPACES: u64 = 0x7e02_0000;
/// Requests to a terminal that put words into its input.
const TERMINAL_REQUESTS: [u64; 2] = [libc::TIOCSTI, libc::TIOCLINUX];

/// Denies them to this process and what it starts.
pub(super) fn deny(network: bool, truncation: Truncation) -> Result<(), Refused> {
    let refused = |error: &dyn std::fmt::Display| {
        Refused::because(Part::Seccomp, "deny system calls by seccomp", error)
    };
    // `clone3` hides its flags in memory, where no filter looks: without it `clone` is used.
    let missing = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    for (rules, error) in [
        (missing, libc::ENOSYS),
        (denied(network, truncation).map_err(|e| refused(&e))?, libc::EPERM),
    ] {
        let program = compile(rules, error.unsigned_abs()).map_err(|e| refused(&e))?;
        apply_filter(&program).map_err(|error| refused(&error))?;
    }
    Ok(())
}

fn compile(rules: Rules, errno: u32) -> Result<BpfProgram, seccompiler::BackendError> {
    let arch = std::env::consts::ARCH.try_into()?;
    let (pass, deny) = (SeccompAction::Allow, SeccompAction::Errno(errno));
    SeccompFilter::new(rules, pass, deny, arch)?.try_into()
}

fn denied(network: bool, truncation: Truncation) -> Result<Rules, seccompiler::BackendError> {
    let mut rules = Rules::new();
    for call in DENIED.iter().chain(DENIED_HERE) {
        always(&mut rules, *call);
    }
    #[cfg(target_arch = "x86_64")]
    for call in X32_OWN {
        always(&mut rules, *call);
    }
    if !network {
        always(&mut rules, libc::SYS_socket);
    }
    if truncation == Truncation::ToBeDenied {
        always(&mut rules, libc::SYS_truncate);
    }
    let any_bit = (0..u64::BITS).map(|bit| 1 << bit).filter(|bit| CLONE_NAMESPACES & bit != 0);
    let namespaces = any_bit
        .map(|bit| argument(0, &SeccompCmpOp::MaskedEq(bit), bit))
        .collect::<Result<Vec<_>, _>>()?;
    insert(&mut rules, libc::SYS_clone, &namespaces);
    let words = TERMINAL_REQUESTS
        .into_iter()
        .map(|request| argument(1, &SeccompCmpOp::Eq, request))
        .collect::<Result<Vec<_>, _>>()?;
    insert(&mut rules, libc::SYS_ioctl, &words);
    Ok(rules)
}

fn argument(
    place: u8,
    comparison: &SeccompCmpOp,
    value: u64,
) -> Result<SeccompRule, seccompiler::BackendError> {
    // The kernel looks at the lower half of these arguments only, and so must this.
    let condition =
        SeccompCondition::new(place, SeccompCmpArgLen::Dword, comparison.clone(), value)?;
    SeccompRule::new(vec![condition])
}

fn always(rules: &mut Rules, call: c_long) {
    insert(rules, call, &[]);
}

fn insert(rules: &mut Rules, call: c_long, when: &[SeccompRule]) {
    rules.insert(call, when.to_vec());
    #[cfg(target_arch = "x86_64")]
    rules.insert(call | X32_BIT, when.to_vec());
}
