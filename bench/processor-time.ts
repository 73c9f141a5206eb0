import { readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second here, whatever the machine: proc(5). */
const TICK_US = 10_000

/** Processor time of processes so far, ended threads included. 0 for one that is gone. Linux only. */
export function processorUs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ofProcess(pid), 0)
}

function ofProcess(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in parentheses and may hold spaces; user and system time are 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * TICK_US
  } catch {
    return 0
  }
}

export const NO_PROC = 'It reads the processor time of other processes from /proc, which is Linux alone.'
