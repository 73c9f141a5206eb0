import { readFile } from 'node:fs/promises'

/** Whether a process was stopped by a signal (SIGSTOP); false where that cannot be known cheaply. proc(5), "state". */
export async function isFrozen(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return stat.charAt(stat.lastIndexOf(')') + 2) === 'T'
  } catch {
    return false
  }
}
