import type { ProjectProfile } from '#lib/compose/project-profile.ts'
import { tar } from '#lib/compose/tar.ts'
import { type NginxControl, workersAmong } from '#lib/front-door/nginx-control.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { Container } from './engine/container.ts'
import { problemAt } from './engine/engine-error.ts'
import type { ProjectView } from './project-view.ts'

/** nginx's usual port, until the engine has told the published one: while the container is being made, for instance. */
const UNKNOWN_PORT = 8080

/** The project's front door through the engine: its files, its check, its signal, its processes. `dialled`: where we reach it, if not by its published port. */
export function containerControl(
  view: ProjectView,
  { frontDoor }: ProjectProfile,
  dialled?: { host: string; port: number } | undefined,
): NginxControl {
  const { engine } = view
  let lastPublished: { host: string; port: number } | null = null

  const found = (): Container | undefined => {
    const containers = view.service(frontDoor.service)
    return containers.find(({ state }) => state === 'running') ?? containers[0]
  }

  async function tried<Value>(stage: 'listed' | 'reloaded', what: string, act: (id: string) => Promise<Value>) {
    const container = found()
    if (container?.state !== 'running') {
      const cause = container ? `it is ${container.state}` : 'it has no container'
      throw new ProblemError('not-reached', `The front door does not run: ${cause}.`, { stage: 'listed', cause })
    }
    return act(container.id).catch((error: unknown) => {
      throw problemAt(stage, error, what)
    })
  }

  function published(): { host: string; port: number } {
    const port = found()?.published.find(({ inside, ip }) => inside === frontDoor.port && !ip.includes(':'))
    if (port) {
      const here = ['0.0.0.0', ''].includes(port.ip) ? '127.0.0.1' : port.ip
      lastPublished = { host: engine.host ?? here, port: port.outside }
    }
    return lastPublished ?? { host: engine.host ?? '127.0.0.1', port: UNKNOWN_PORT }
  }

  return {
    version: null,
    listen: String(frontDoor.port),
    runs: () => found()?.state === 'running',
    target: () => dialled ?? published(),
    publishedPort: () => published().port,
    subscribe(listener) {
      let ran = found()?.state === 'running'
      return view.subscribe({
        event: (event) => {
          if (event.service === frontDoor.service && event.action === 'start') listener.started()
        },
        looked: () => {
          const runs = found()?.state === 'running'
          if (runs !== ran) listener.changed()
          ran = runs
        },
      })
    },
    put: (files) =>
      tried('listed', "Writing the front door's files", (id) => {
        const { uid, gid, folder } = frontDoor
        return engine.putArchive(id, folder, tar(files.map((file) => ({ ...file, uid, gid }))))
      }),
    async refusal() {
      const run = (id: string) => engine.run(id, [...frontDoor.checkArgv])
      const { exitCode, lines } = await tried('listed', 'Checking the list', run)
      return exitCode === 0 ? null : lines.join('\n')
    },
    hangUp: () => tried('reloaded', 'Reloading the front door', (id) => engine.hangUp(id)),
    complaint: () => '',
    async workers() {
      const state = found()?.state
      // The workers of a paused container live on; those of one that starts again may.
      if (state === 'paused' || state === 'restarting') return null
      if (state !== 'running') return []
      const what = "Looking at the front door's processes"
      const processes = await tried('reloaded', what, (id) => engine.processes(id)).catch((error: unknown) => {
        // An engine that has no `ps` says so each time.
        if (error instanceof ProblemError && error.problem.code === 'not-reached') return null
        throw error
      })
      return processes && workersAmong(processes.map(({ pid, command }) => ({ pid, title: command })))
    },
    close: async () => undefined,
  }
}
