//! Watches the process that started the server, because an editor that crashes says no goodbye.

use std::time::Duration;

/// How often the parent is looked for.
const INTERVAL: Duration = Duration::from_secs(3);

/// Returns when the process `parent` is gone; never if that cannot be told, as in a container with processes of its own.
pub(super) async fn gone(parent: u32) {
    if !is_alive(parent) {
        return std::future::pending().await;
    }
    loop {
        tokio::time::sleep(INTERVAL).await;
        if !is_alive(parent) {
            return;
        }
    }
}

/// Whether a process lives, as far as the standard library can tell; elsewhere the end of standard input tells the same.
fn is_alive(process: u32) -> bool {
    #[cfg(target_os = "linux")]
    return std::path::Path::new("/proc").join(process.to_string()).exists();
    #[cfg(all(unix, not(target_os = "linux")))]
    return std::os::unix::process::parent_id() == process;
    #[cfg(not(unix))]
    return process == 0;
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn liveness() {
        assert!(is_alive(std::process::id()));
        assert!(!is_alive(u32::MAX));
    }
}
