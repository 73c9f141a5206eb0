import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { type NginxWorker, workersAmong } from './nginx-control.ts'

type Row = { pid: number; parent: number; title: string }

const PS_DEADLINE_MS = 2_000

/** The living workers of an nginx master of this machine; null where this machine does not tell. `among`: only these are looked for. */
export async function localWorkers(master: number, among?: readonly number[]): Promise<NginxWorker[] | null> {
  const rows = process.platform === 'linux' ? await rowsFromProc(among) : await rowsFromPs()
  return rows && workersAmong(rows.filter(({ parent }) => parent === master))
}

async function rowsFromProc(among?: readonly number[]): Promise<Row[] | null> {
  try {
    const pids = among ?? (await readdir('/proc')).map(Number).filter(Number.isInteger)
    return (await Promise.all(pids.map(rowFromProc))).filter((row) => row !== null)
  } catch {
    return null
  }
}

/** proc(5): "stat" and "cmdline". */
async function rowFromProc(pid: number): Promise<Row | null> {
  try {
    const [stat, title] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ])
    // After the name in brackets, which may hold anything: state, parent, …
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? null : { pid, parent: Number(parent), title }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return null
    throw error
  }
}

const rowsFromPs = (): Promise<Row[] | null> =>
  new Promise((resolve) => {
    execFile('ps', ['-A', '-o', 'pid=,ppid=,command='], { timeout: PS_DEADLINE_MS }, (error, stdout) => {
      if (error) return resolve(null)
      const rows = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
      resolve(
        rows.flatMap((row) => (row ? [{ pid: Number(row[1]), parent: Number(row[2]), title: row[3] ?? '' }] : [])),
      )
    })
  })
