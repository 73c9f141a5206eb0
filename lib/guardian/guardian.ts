/** What the dashboard tells its process guardian. */
export type GuardianCommand =
  | { do: 'guard'; pid: number }
  | { do: 'release'; pid: number }
  | { do: 'sweep'; folder: string }
  | { do: 'run'; id: number; file: string; args: string[] }

export type GuardianReport =
  | { event: 'ready' }
  | { event: 'started'; id: number; pid: number }
  | { event: 'said'; id: number; line: string }
  | { event: 'ended'; id: number; cause: string }

/** A program that runs under the guardian, in a process group of its own. */
export type GuardedProgram = {
  pid: number
  /** Resolves with why the program ended, in words; the rest of its group was killed by then. */
  ended: Promise<string>
}

/** Sees to it that no process and no folder outlives the dashboard, however the dashboard ends. */
export interface Guardian {
  /** This process is killed when the dashboard is gone. Release it as soon as it has ended: the system may give its number again. */
  guard(pid: number): void
  release(pid: number): void
  /** This folder is removed at the end. */
  sweep(folder: string): void
  /** Runs a program in the foreground; rejects when it cannot be started. `onLine` gets what this program says on stderr. */
  run(file: string, args: string[], onLine: (line: string) => void): Promise<GuardedProgram>
  /** Kills what still runs and removes the folders. */
  close(): Promise<void>
}
