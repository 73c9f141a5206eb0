import { createServer, type Socket } from 'node:net'
import { Client } from 'undici'
import { expect, test } from 'vitest'
import { MAX_BODY_BYTES } from '#lib/protocol/limits.ts'
import { Connection, type ConnectionUser } from '#lib/traffic/connection.ts'
import { lookUpOnce } from '#lib/traffic/look-up-once.ts'
import { buildRequest } from '#lib/traffic/request-bytes.ts'
import { generateResponse } from '#tests/unit/traffic/generated-response.ts'

/** `npm run verify` asks for the full number; every test run takes a sample. */
const RESPONSES = Number(process.env.ROBINSCOPE_DIFFERENTIAL_RESPONSES ?? 2_000)
const LANES = 8
const PATIENCE_MS = 20_000

/** What a client made of one response; `failed` is the same whatever the reason. */
type Understood = { status: number; body: string; backend: string } | 'failed'

/** Answers request /<seed> with the response of that seed. */
async function openGeneratedServer(): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      if (!text.endsWith('\r\n\r\n')) return
      const { pieces, thenCloses } = generateResponse(Number(/^\S+ \/(\d+) /.exec(text)?.[1]))
      text = ''
      const pour = (index: number): void => {
        const piece = pieces[index]
        if (piece !== undefined) socket.write(piece, () => setImmediate(pour, index + 1))
        else if (thenCloses) socket.end()
      }
      pour(0)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port was given')
  return {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** One kept connection of our client, replaced as its answers say. */
class OurClient implements ConnectionUser {
  #connection: Connection | null = null
  #backend = ''
  #body = ''
  #settle: (understood: Understood) => void = () => {}
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  ask(seed: number, isHead: boolean): Promise<Understood> {
    const target = { host: '127.0.0.1', port: this.#port }
    const { promise, resolve } = Promise.withResolvers<Understood>()
    this.#settle = resolve
    this.#backend = ''
    this.#body = ''
    this.#connection ??= new Connection(target, lookUpOnce(), this, 0)
    this.#connection.parser.onBody = (bytes, from, to) => {
      this.#body += bytes.toString('latin1', from, to)
    }
    const parts = { target, path: `/${seed}`, headers: {}, body: null, keepAlive: true, requestIdPrefix: null }
    this.#connection.send(buildRequest({ ...parts, method: isHead ? 'HEAD' : 'GET' }).bytes, isHead)
    return promise
  }

  headArrived(head: Connection['parser']['head']): void {
    this.#backend = head.text(0)
  }

  answered(connection: Connection): void {
    const { head } = connection.parser
    const understood = { status: head.status, body: this.#body, backend: this.#backend }
    if (!head.persistent) this.close()
    this.#settle(understood)
  }

  broken(_: Connection, __: string, wasIdle: boolean): void {
    this.#connection = null
    if (!wasIdle) this.#settle('failed')
  }

  close(): void {
    this.#connection?.destroy()
    this.#connection = null
  }
}

const newOracle = (port: number): Client =>
  new Client(`http://127.0.0.1:${port}`, { pipelining: 1, bodyTimeout: PATIENCE_MS, headersTimeout: PATIENCE_MS })

/** The same of undici, which has no limit of ours for the body and leaves the space after a value in place. */
async function askOracle(client: Client, seed: number, isHead: boolean): Promise<Understood> {
  try {
    const response = await client.request({ path: `/${seed}`, method: isHead ? 'HEAD' : 'GET' })
    const body = Buffer.from(await response.body.arrayBuffer())
    if (body.length > MAX_BODY_BYTES) return 'failed'
    const backend = response.headers['x-backend']
    const text = Array.isArray(backend) ? (backend.at(-1) ?? '') : (backend ?? '')
    return { status: response.statusCode, body: body.toString('latin1'), backend: text.trimEnd() }
  } catch {
    return 'failed'
  }
}

test(`our client and undici understand ${RESPONSES} generated responses alike`, { timeout: 600_000 }, async () => {
  const server = await openGeneratedServer()
  const differences: string[] = []
  const seen = { answered: 0, failed: 0 }
  let next = 1
  const lane = async (): Promise<void> => {
    const ours = new OurClient(server.port)
    let oracle = newOracle(server.port)
    for (let seed = next++; seed <= RESPONSES; seed = next++) {
      const { isHead, label, thenCloses } = generateResponse(seed)
      const [found, expected] = await Promise.all([ours.ask(seed, isHead), askOracle(oracle, seed, isHead)])
      seen[expected === 'failed' ? 'failed' : 'answered']++
      if (JSON.stringify(found) !== JSON.stringify(expected)) {
        differences.push(
          `${seed}: ${label}: ${JSON.stringify(found).slice(0, 60)} / ${JSON.stringify(expected).slice(0, 60)}`,
        )
      }
      // It does not see every way to say "close" and may send its next request into a connection that is ending.
      if (thenCloses) {
        await oracle.destroy()
        oracle = newOracle(server.port)
      }
    }
    ours.close()
    await oracle.destroy()
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  await server.close()
  expect(differences.slice(0, 20)).toEqual([])
  expect(seen.answered + seen.failed).toBe(RESPONSES)
  expect(seen.answered).toBeGreaterThan(RESPONSES * 0.7)
  expect(seen.failed).toBeGreaterThan(RESPONSES * 0.05)
})
