import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'

const PS_DEADLINE_MS = 2_000
const SHUTTING_DOWN = 'worker process is shutting down'

type Row = { pid: number; parent: number; title: string }

async function rowFromProc(pid: number): Promise<Row | null> {
  try {
    const [stat, title] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ])
    // After the name in brackets, which may hold anything: state, parent, …
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? null : { pid, parent: Number(parent), title }
  } catch {
    return null
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

async function rows(pids: number[] | null): Promise<Row[] | null> {
  if (process.platform !== 'linux') return rowsFromPs()
  try {
    const asked = pids ?? (await readdir('/proc')).map(Number).filter(Number.isInteger)
    return (await Promise.all(asked.map(rowFromProc))).filter((row) => row !== null)
  } catch {
    return null
  }
}

/** Process ids of an nginx master's living workers; null where this machine does not tell. */
export async function workersOf(master: number): Promise<number[] | null> {
  const found = await rows(null)
  return found?.filter((row) => row.parent === master && row.title.includes('nginx')).map((row) => row.pid) ?? null
}

/** Of these workers: which still take new connections, and which only finish what they have, as their titles say. */
export async function whereabouts(workers: number[]): Promise<{ serving: number[]; leaving: number[] } | null> {
  if (workers.length === 0) return { serving: [], leaving: [] }
  const found = await rows(workers)
  if (!found) return null
  const living = found.filter((row) => workers.includes(row.pid) && row.title.includes('nginx'))
  const leaving = living.filter((row) => row.title.includes(SHUTTING_DOWN)).map((row) => row.pid)
  return { serving: living.map((row) => row.pid).filter((pid) => !leaving.includes(pid)), leaving }
}
