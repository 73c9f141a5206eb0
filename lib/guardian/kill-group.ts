/** Ends a whole process group at once, frozen processes included. A group that ended before is fine. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended before.
  }
}
