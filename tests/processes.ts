import { readdirSync, readFileSync } from 'node:fs'

/** Every living process below this one, from /proc: also those that moved to a group of their own. Linux only. */
export function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      // The second field is the program's name in parentheses and may hold spaces.
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      parents.set(Number(entry), Number(parent))
    } catch {
      // It ended between the two reads.
    }
  }
  const children = (of: number): number[] => [...parents].filter(([, parent]) => parent === of).map(([child]) => child)
  const all: number[] = []
  for (let next = children(pid); next.length > 0; next = next.flatMap(children)) all.push(...next)
  return all
}

/** Whether it lives and is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[0] !== 'Z'
  } catch {
    return false
  }
}

/** The child process of an embedded dashboard that answers as `backend`: its name stands in its environment. */
export function backendProcess(dashboard: number, backend: string): number {
  const found = descendantsOf(dashboard).find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(backend)
    } catch {
      return false
    }
  })
  if (found === undefined) throw new Error(`No process of the dashboard answers as ${backend}`)
  return found
}
