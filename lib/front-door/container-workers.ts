import type { FrontDoorContainer } from './front-door-container.ts'

type Whereabouts = { serving: number[]; leaving: number[] }
const WORKER = 'nginx: worker'

export const workersIn = async (container: FrontDoorContainer): Promise<number[]> =>
  (await container.processes()).filter(({ command }) => command.includes(WORKER)).map(({ pid }) => pid)

/** Of these workers of a container's nginx: which still take new connections, and which only finish. Null where nobody can tell. */
export async function whereaboutsIn(container: FrontDoorContainer, workers: number[]): Promise<Whereabouts | null> {
  if (workers.length === 0 || !container.runs()) return { serving: [], leaving: [] }
  const rows = await container.processes().catch(() => null)
  if (rows === null) return null
  const living = rows.filter(({ pid, command }) => workers.includes(pid) && command.includes(WORKER))
  const leaving = living.filter(({ command }) => command.includes('is shutting down')).map(({ pid }) => pid)
  return { serving: living.map(({ pid }) => pid).filter((pid) => !leaving.includes(pid)), leaving }
}
