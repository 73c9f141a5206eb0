import { readdirSync, readFileSync } from 'node:fs'
import type { ComposeProject } from '#tests/compose-project.ts'
import { descendantsOf } from '#tests/processes.ts'

const withDescendants = (pid: number): number[] => [pid, ...descendantsOf(pid)]

/** Docker's userland proxies for this published port, if the engine has such. */
function proxiesOf(port: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      try {
        const words = readFileSync(`/proc/${entry}/cmdline`, 'latin1').split('\0')
        return /docker-proxy$/.test(words[0] ?? '') && words[words.indexOf('-host-port') + 1] === String(port)
      } catch {
        return false
      }
    })
    .map(Number)
}

/** The processes of one service's containers. Empty where they run on another kernel than this one's. */
export async function containerProcesses(project: ComposeProject, service: string): Promise<number[]> {
  const ids = (await project.compose('ps', '-q', service)).trim().split('\n').filter(Boolean)
  if (ids.length === 0) return []
  const pids = await project.docker('inspect', '--format', '{{.State.Pid}} {{.Id}}', ...ids)
  return pids
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([pid = '', id = '']) => isContainer(pid, id))
    .flatMap(([pid]) => withDescendants(Number(pid)))
}

function isContainer(pid: string, id: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(id)
  } catch {
    return false
  }
}

/** What a request passes besides the dashboard that sends it: published port, front door, backends. */
export async function chainOf(project: ComposeProject): Promise<number[]> {
  const [frontDoor, backends] = await Promise.all([
    containerProcesses(project, 'front-door'),
    containerProcesses(project, 'backend'),
  ])
  return frontDoor.length * backends.length === 0
    ? []
    : [...frontDoor, ...backends, ...proxiesOf(project.frontDoorPort)]
}
