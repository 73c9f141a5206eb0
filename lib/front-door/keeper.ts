/** What the dashboard tells its keeper process. */
export type KeeperCommand =
  | { do: 'guard'; pid: number }
  | { do: 'release'; pid: number }
  | { do: 'sweep'; folder: string }
  | { do: 'run'; id: number; file: string; args: string[] }

export type KeeperReport =
  | { event: 'ready' }
  | { event: 'started'; id: number; pid: number }
  | { event: 'ended'; id: number; cause: string }

/** Where a part of the cluster tells what happened; the server gives its logger. */
export type Log = (event: string, fields: Record<string, unknown>) => void

/** A program that runs under the keeper, in a process group of its own. */
export type KeptProgram = {
  pid: number
  /** Resolves with why it ended, in words; the rest of its group was killed by then. */
  ended: Promise<string>
}

/** Sees to it that nothing outlives the dashboard, however that ends. */
export interface Keeper {
  /** This process is killed when the dashboard is gone. Release it as soon as it has ended: its number may be given again. */
  guard(pid: number): void
  release(pid: number): void
  /** This folder is removed at the end. */
  sweep(folder: string): void
  /** Runs a program in the foreground; rejects when it cannot be started. `onLine` gets what any such program says on stderr. */
  run(file: string, args: string[], onLine: (line: string) => void): Promise<KeptProgram>
  /** Kills what still runs and removes the folders. */
  close(): Promise<void>
}
