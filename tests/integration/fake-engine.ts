import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { MADE_BY_LABEL } from '#lib/compose/project-profile.ts'
import { inspected } from '../unit/cluster-docker/inspected.ts'

/** What becomes of one call: `lose`: it is obeyed, and its answer never arrives. */
export type Fate = 'obey' | 'refuse' | 'lose'
type FakeContainer = {
  id: string
  name: string
  service: string
  number: number
  state: string
  says: string
  startedAt: string
  /** The value of MADE_BY_LABEL. */
  madeBy: string | null
}

type Call = { method: string; pathname: string; searchParams: URLSearchParams; body: string }

const frame = (text: string): Buffer => {
  const payload = Buffer.from(text)
  const header = Buffer.alloc(8)
  header[0] = 1
  header.writeUInt32BE(payload.length, 4)
  return Buffer.concat([header, payload])
}

/** As much of a Docker engine on a unix socket as a project needs, with what a real one does only on bad days. */
export class FakeEngine {
  readonly path = join(mkdtempSync(join(tmpdir(), 'fake-engine-')), 'docker.sock')
  readonly calls: string[] = []
  readonly containers: FakeContainer[] = []
  /** Accepts and never answers. */
  hangs = false
  /** Events happen and nobody is told, though their stream stays open. */
  eventsAreLost = false
  /** Status and words with which the next creations are refused, and all reading of logs. */
  refusals: { status: number; message: string }[] = []
  noLogs: { status: number; message: string } | null = null
  /** Asked before each call about containers is obeyed; takes as long as it likes. */
  fate: () => Promise<Fate> = async () => 'obey'
  /** What a new container does when it is started. */
  onStart: (container: FakeContainer) => void = (container) => this.becomesReady(container)
  readonly #server: Server = createServer((request, response) => this.#answer(request, response))
  readonly #sockets = new Set<Socket>()
  readonly #events = new Set<ServerResponse>()
  readonly #followedLogs = new Set<ServerResponse>()
  #dead = false
  #made = 0

  constructor() {
    this.#server.on('connection', (socket) => {
      if (this.#dead) return void socket.destroy()
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  async listen(): Promise<void> {
    mkdirSync(dirname(this.path), { recursive: true })
    this.#dead = false
    await new Promise<void>((resolve) => this.#server.listen(this.path, resolve))
  }

  /** Nobody listens any more, and every connection ends. */
  async die(): Promise<void> {
    this.#dead = true
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
    rmSync(dirname(this.path), { recursive: true, force: true })
  }

  endEvents(): void {
    for (const response of this.#events) response.end()
  }

  /** Ends every log that is followed, though its container runs on. */
  endLogs(): void {
    for (const response of this.#followedLogs) response.end()
  }

  add(service: string, number: number, state = 'running', madeBy: string | null = null): FakeContainer {
    const id = `${service === 'backend' ? 'b' : 'f'}${(++this.#made).toString(16).padStart(11, '0').padEnd(63, '0')}`
    const name = `shop-${service}-${number}`
    const container = { id, name, service, number, state, says: '', startedAt: '', madeBy }
    this.containers.push(container)
    if (state !== 'running') return container
    container.startedAt = new Date().toISOString()
    this.becomesReady(container)
    return container
  }

  becomesReady(container: FakeContainer): void {
    container.state = 'running'
    container.says = `{"event":"listening","backend":"${container.id.slice(0, 12)}","port":8000}\n`
  }

  happens(action: string, container: FakeContainer, attributes: Record<string, string> = {}): void {
    if (this.eventsAreLost) return
    const Attributes = { 'com.docker.compose.service': container.service, ...attributes }
    for (const response of this.#events) {
      response.write(
        `${JSON.stringify({ Type: 'container', Action: action, Actor: { ID: container.id, Attributes } })}\n`,
      )
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://engine')
    this.calls.push(`${request.method} ${pathname}`)
    const body = text(request).catch(() => '')
    if (this.hangs) return
    if (pathname === '/_ping') return void response.end('OK')
    if (pathname === '/events') {
      this.#events.add(response)
      response.once('close', () => this.#events.delete(response))
      return void response.writeHead(200).flushHeaders()
    }
    void this.fate().then(async (fate) => {
      if (fate === 'refuse') return void response.writeHead(500).end('{"message":"a bad day"}')
      // Whatever is written from now on goes nowhere.
      if (fate === 'lose') response.destroy()
      const method = request.method ?? ''
      this.#obey({ method, pathname, searchParams, body: await body }, response)
    })
  }

  #obey({ method, pathname, searchParams, body }: Call, response: ServerResponse): void {
    const json = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body))
    const [, , id, act] = pathname.split('/')
    const rows = () => this.containers.map((container) => this.#row(container))
    if (id === 'json') return void json(200, rows())
    if (id === 'create') return void this.#create(searchParams.get('name') ?? '', body, json)
    const container = this.containers.find((one) => one.id === id)
    if (!container) return void json(404, { message: `No such container: ${id}` })
    if (act === 'json') return void json(200, this.#inspected(container))
    if (act === 'logs' && this.noLogs) return void json(this.noLogs.status, { message: this.noLogs.message })
    if (act === 'logs') return void this.#logs(container, searchParams.get('follow') === 'true', response)
    if (act === 'start') {
      container.startedAt = new Date().toISOString()
      this.onStart(container)
      this.happens('start', container)
    }
    if (act === 'stop') {
      container.state = 'exited'
      this.happens('die', container, { exitCode: '0' })
    }
    if (method === 'DELETE') {
      this.containers.splice(this.containers.indexOf(container), 1)
      this.happens('destroy', container)
    }
    response.writeHead(204).end()
  }

  #create(name: string, body: string, json: (status: number, body: unknown) => void): void {
    const refusal = this.refusals.shift()
    if (refusal) {
      json(refusal.status, { message: refusal.message })
      return
    }
    if (this.containers.some((one) => one.name === name)) {
      json(409, { message: `Conflict. The container name "/${name}" is already in use` })
      return
    }
    const { Labels } = JSON.parse(body) as { Labels: Record<string, string> }
    const container = this.add('backend', Number(name.split('-').at(-1)), 'created', Labels[MADE_BY_LABEL] ?? null)
    this.happens('create', container)
    json(201, { Id: container.id, Warnings: [] })
  }

  #logs(container: FakeContainer, follows: boolean, response: ServerResponse): void {
    response.writeHead(200)
    if (container.says) response.write(frame(container.says))
    if (!follows || container.state !== 'running') return void response.end()
    this.#followedLogs.add(response)
    response.once('close', () => this.#followedLogs.delete(response))
  }

  #row({ id, name, service, number, state, madeBy }: FakeContainer) {
    return {
      Id: id,
      Names: [`/${name}`],
      State: state,
      Created: Date.now() / 1000,
      Labels: {
        'com.docker.compose.project': 'shop',
        'com.docker.compose.service': service,
        'com.docker.compose.container-number': String(number),
        'com.docker.compose.oneoff': 'False',
        ...(madeBy && { [MADE_BY_LABEL]: madeBy }),
      },
      NetworkSettings: { Networks: { shop_backends: { IPAddress: state === 'running' ? `172.20.0.${number}` : '' } } },
      Ports: service === 'front-door' ? [{ PrivatePort: 8080, PublicPort: 1, IP: '127.0.0.1', Type: 'tcp' }] : [],
    }
  }

  #inspected({ id, name, number, state, startedAt, madeBy }: FakeContainer) {
    const State = { Status: state, StartedAt: startedAt, FinishedAt: '0001-01-01T00:00:00Z', ExitCode: 0 }
    return {
      ...inspected(1, {
        Labels: {
          'com.docker.compose.container-number': String(number),
          ...(madeBy && { [MADE_BY_LABEL]: madeBy }),
        },
      }),
      Id: id,
      Name: `/${name}`,
      State,
    }
  }
}
