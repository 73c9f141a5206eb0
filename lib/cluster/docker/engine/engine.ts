import type { Duplex, Readable } from 'node:stream'
import type Docker from 'dockerode'
import { type Container, containerIdSchema, type Life, readLife, readListed } from './container.ts'
import { type DockerClient, dockerClient, logLinesOf } from './docker-client.ts'
import { addressWords, type EngineAddress, engineHost } from './engine-address.ts'
import { EngineCalls } from './engine-calls.ts'
import { EngineError } from './engine-error.ts'
import { eventFilter, projectFilter } from './events.ts'
import type { LogLines } from './log-lines.ts'

export const CALL_DEADLINE_MS = 10_000

export type EngineOptions = { address: EngineAddress; project: string; deadlineMs?: number }
export type RunResult = { exitCode: number; lines: string[] }

/**
 * The Docker Engine of one Compose project. Every call has a deadline and throws EngineError; ids are 64 hex digits that this engine
 * listed or made for the project. What is called here is what the docker-gate lets through.
 */
export class Engine {
  readonly project: string
  /** Its address as a person would say it. */
  readonly words: string
  /** The host that a tcp://, https:// or ssh:// engine runs on, where its published ports are, too; null for this machine. */
  readonly host: string | null
  readonly #docker: DockerClient
  readonly #deadlineMs: number
  readonly #known = new Set<string>()
  readonly #calls = new EngineCalls()

  constructor({ address, project, deadlineMs = CALL_DEADLINE_MS }: EngineOptions) {
    this.project = project
    this.words = addressWords(address)
    this.host = engineHost(address)
    this.#deadlineMs = deadlineMs
    this.#docker = dockerClient(address)
  }

  /** Whether the engine has listed or made this container, and not removed it since. */
  knows(id: string): boolean {
    return this.#known.has(id)
  }

  /** A reader for the bytes of one log stream or attachment. */
  logLines(): LogLines {
    return logLinesOf(this.#docker)
  }

  /** How long ago the engine last said anything: an answer, a refusal, an event. */
  silentMs(): number {
    return this.#calls.silentMs()
  }

  /** The engine was heard in a stream. */
  heard(): void {
    this.#calls.heard()
  }

  async ping(deadlineMs: number): Promise<void> {
    await this.#calls.call('ping', deadlineMs, (abortSignal) => this.#docker.ping({ abortSignal }))
  }

  /** All containers of the project's services, running or not, by service and number. */
  async list(): Promise<Container[]> {
    const filters = JSON.stringify(projectFilter(this.project))
    const rows: unknown = await this.#calls.call('list containers', this.#deadlineMs, (abortSignal) =>
      this.#docker.listContainers({ all: true, filters, abortSignal }),
    )
    const containers = (Array.isArray(rows) ? rows : []).map(readListed).filter((container) => container !== null)
    for (const { id } of containers) this.#known.add(id)
    return containers.sort((one, other) => one.service.localeCompare(other.service) || one.number - other.number)
  }

  async life(id: string): Promise<Life> {
    return readLife(await this.inspect(id))
  }

  /** Unread on purpose: only the clone function looks into the answer, and nothing of it may leave the server. */
  inspect(id: string): Promise<unknown> {
    return this.#calls.call('inspect', this.#deadlineMs, (abortSignal) => this.#container(id).inspect({ abortSignal }))
  }

  /** Resolves with the new container's id. */
  async create(name: string, body: object): Promise<string> {
    const options = { _query: { name }, _body: body }
    const { id } = await this.#calls.call('create', this.#deadlineMs, (abortSignal) =>
      this.#docker.createContainer({ ...options, abortSignal } as Docker.ContainerCreateOptions),
    )
    this.#known.add(containerIdSchema.parse(id))
    return id
  }

  /** Puts a container into a further network; `network` is an id as an inspected sibling names it. */
  async connect(network: string, id: string, aliases: string[]): Promise<void> {
    const body = { Container: this.#container(id).id, EndpointConfig: { Aliases: aliases } }
    const to = this.#docker.getNetwork(containerIdSchema.parse(network))
    await this.#calls.call('connect', this.#deadlineMs, (abortSignal) =>
      to.connect({ ...body, abortSignal } as Docker.NetworkConnectOptions),
    )
  }

  async start(id: string): Promise<void> {
    await this.#calls.unlessSo('start', this.#deadlineMs, (abortSignal) => this.#container(id).start({ abortSignal }))
  }

  /** SIGTERM, and SIGKILL after the grace period; resolves when the container has exited. */
  async stop(id: string, graceSeconds: number): Promise<void> {
    const options = { _query: { t: graceSeconds }, _body: {} }
    await this.#calls.unlessSo('stop', graceSeconds * 1000 + this.#deadlineMs, (abortSignal) =>
      this.#container(id).stop({ ...options, abortSignal } as Docker.ContainerStopOptions),
    )
  }

  async unpause(id: string): Promise<void> {
    await this.#calls.call('unpause', this.#deadlineMs, (abortSignal) => this.#container(id).unpause({ abortSignal }))
  }

  /** Makes nginx read its configuration again, and nothing else. */
  async hangUp(id: string): Promise<void> {
    const options = { _query: { signal: 'HUP' }, _body: {} }
    await this.#calls.call('kill -HUP', this.#deadlineMs, (abortSignal) =>
      this.#container(id).kill({ ...options, abortSignal }),
    )
  }

  /** Removes a container with its anonymous volumes, running or not. A container that is gone already is fine. */
  async remove(id: string): Promise<void> {
    const options = { _query: { force: true, v: true }, _body: {} }
    try {
      await this.#calls.call('remove', this.#deadlineMs, (abortSignal) =>
        this.#container(id).remove({ ...options, abortSignal } as Docker.ContainerRemoveOptions),
      )
    } catch (error) {
      const gone =
        error instanceof EngineError && (error.kind === 'not-found' || /already in progress/.test(error.message))
      if (!gone) throw error
    }
    this.#known.delete(id)
  }

  /** Process id and command line of every process of a container, as the engine's `ps` sees them. */
  async processes(id: string): Promise<{ pid: number; command: string }[]> {
    const { Titles, Processes } = await this.#calls.call('top', this.#deadlineMs, (abortSignal) =>
      this.#container(id).top({ abortSignal }),
    )
    const pid = Titles.indexOf('PID')
    return Processes.map((row: string[]) => ({ pid: Number(row[pid]), command: row.at(-1) ?? '' }))
  }

  /** Unpacks a tar archive into a folder of the container (a volume, where its root is read-only). */
  async putArchive(id: string, folder: string, archive: Buffer): Promise<void> {
    await this.#calls.call('put archive', this.#deadlineMs, (abortSignal) =>
      this.#container(id).putArchive(archive, { path: folder, abortSignal }),
    )
  }

  /** Runs one command to its end and reads both of its streams. */
  async run(id: string, argv: readonly string[]): Promise<RunResult> {
    const exec = await this.#calls.call('exec', this.#deadlineMs, (abortSignal) =>
      this.#container(id).exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: true, abortSignal }),
    )
    containerIdSchema.parse(exec.id)
    const lines = await this.#calls.call('exec start', this.#deadlineMs, async (abortSignal) => {
      const stream = await exec.start({ abortSignal })
      return this.logLines().readAll(stream as unknown as Readable)
    })
    const { ExitCode } = await this.#calls.call('exec inspect', this.#deadlineMs, (abortSignal) =>
      exec.inspect({ abortSignal }),
    )
    return { exitCode: ExitCode ?? -1, lines }
  }

  /** The last lines of a container's log, both streams. Nothing where they look like JSON: docker-modem parses those itself. */
  async lastLines(id: string, count: number): Promise<string[]> {
    const bytes: unknown = await this.#calls.call('logs', this.#deadlineMs, (abortSignal) =>
      this.#container(id).logs({ stdout: true, stderr: true, tail: count, follow: false, abortSignal }),
    )
    if (!Buffer.isBuffer(bytes)) return []
    const reader = this.logLines()
    return [...reader.take(bytes), ...reader.rest()]
  }

  /** The log from a point in time on, and what comes; destroy the stream to stop. Bytes for LogLines. */
  followLog(id: string, sinceSeconds: number): Promise<Readable> {
    const options = { stdout: true, stderr: true, follow: true, since: sinceSeconds } as const
    return this.#calls.open('follow the log', (abortSignal) => this.#container(id).logs({ ...options, abortSignal }))
  }

  /** A container's standard streams, both ways: it reads what is written, and what it says comes as bytes for LogLines. Destroy the stream to detach. */
  async attach(id: string): Promise<Duplex> {
    // Not `stdin` beside `hijack`: dockerode would leave its request open. The body is dropped; without one it would be chunked.
    const options = { _query: { stream: true, stdin: true, stdout: true }, _body: { Detach: false }, hijack: true }
    return (await this.#calls.open('attach', (abortSignal) =>
      this.#container(id).attach({ ...options, abortSignal } as Docker.ContainerAttachOptions),
    )) as Duplex
  }

  /** The project's container events, one JSON object a line; destroy the stream to stop. */
  events(): Promise<Readable> {
    const filters = JSON.stringify(eventFilter(this.project))
    return this.#calls.open('follow events', (abortSignal) => this.#docker.getEvents({ filters, abortSignal }))
  }

  /** Ends every call and stream that is under way. */
  close(): void {
    this.#calls.close()
  }

  #container(id: string): Docker.Container {
    if (!containerIdSchema.safeParse(id).success || !this.#known.has(id)) {
      throw new EngineError('refused', `"${id.slice(0, 80)}" is no container of project ${this.project}`)
    }
    return this.#docker.getContainer(id)
  }
}
