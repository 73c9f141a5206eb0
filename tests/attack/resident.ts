import { readFileSync } from 'node:fs'

const fieldMb = (pid: number, field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** What a process holds in memory now, in MB. Linux only. */
export const residentMb = (pid: number): number => fieldMb(pid, 'VmRSS')
