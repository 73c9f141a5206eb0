import { CHECK_ARGV, FRONT_DOOR_FOLDER } from '#lib/docker-gate/rules.ts'
import type { FrontDoorContainer } from '#lib/front-door/front-door-container.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { Container } from './container.ts'
import { problemAt } from './engine-error.ts'
import type { ProjectView } from './project-view.ts'
import { tar } from './tar.ts'

/** Where nginx listens inside its container. */
const INSIDE_PORT = 8080
/** The image's user: what the start script cannot replace, it could not hand back to DNS. */
const NGINX_UID = 101

/** The project's front door through the engine: its files, its check, its signal, its processes. */
export function frontDoorContainer(view: ProjectView, service: string): FrontDoorContainer {
  const { engine } = view
  const found = (): Container | undefined => {
    const containers = view.service(service)
    return containers.find(({ state }) => state === 'running') ?? containers[0]
  }
  const running = (): string => {
    const container = found()
    if (container?.state === 'running') return container.id
    const cause = container ? `it is ${container.state}` : 'it has no container'
    throw new ProblemError('not-reached', `The front door does not run: ${cause}.`, { stage: 'listed', cause })
  }
  const tried = async <Value>(stage: 'listed' | 'reloaded', what: string, act: (id: string) => Promise<Value>) => {
    const id = running()
    return act(id).catch((error: unknown) => {
      throw problemAt(stage, error, what)
    })
  }
  return {
    runs: () => found()?.state === 'running',
    published() {
      const port = found()?.published.find(({ inside, ip }) => inside === INSIDE_PORT && !ip.includes(':'))
      return port ? { host: ['0.0.0.0', ''].includes(port.ip) ? '127.0.0.1' : port.ip, port: port.outside } : null
    },
    subscribe(listener) {
      let ran = found()?.state === 'running'
      return view.subscribe({
        event: (event) => {
          if (event.service === service && event.action === 'start') listener.started()
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
        const entries = files.map((file) => ({ ...file, uid: NGINX_UID, gid: NGINX_UID }))
        return engine.putArchive(id, FRONT_DOOR_FOLDER, tar(entries))
      }),
    async refusal() {
      const { exitCode, lines } = await tried('listed', 'Checking the list', (id) => engine.run(id, [...CHECK_ARGV]))
      return exitCode === 0 ? null : lines.join('\n')
    },
    hangUp: () => tried('reloaded', 'Reloading the front door', (id) => engine.hangUp(id)),
    processes: () => tried('reloaded', "Looking at the front door's processes", (id) => engine.processes(id)),
  }
}
