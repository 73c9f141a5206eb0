import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GENERATION_HEADER } from '#lib/front-door/answer-headers.ts'
import type { NginxControl } from '#lib/front-door/nginx-control.ts'

export type ScriptedControl = NginxControl & {
  /** The generation that it answers by; a reload sets it to that of nginx.conf, unless `ignoresReloads`. */
  generation: string
  ignoresReloads: boolean
  isSilent: boolean
  /** How often it was asked for its generation. */
  asked: number
  complains: string
  /** Throws to make a call fail; asked before each. */
  before: (call: string) => void | Promise<void>
  readonly written: string[]
  readonly calls: string[]
}

const generationOf = (text: string): string => /add_header X-Front-Door-Generation (\S+) always/.exec(text)?.[1] ?? ''

/** An nginx that does what the test says: it answers by a generation, takes files, and reloads or not. */
export async function scriptedControl(): Promise<ScriptedControl> {
  const server = createServer((_request, response) => {
    control.asked += 1
    if (control.isSilent) return response.destroy()
    response.writeHead(200, { [GENERATION_HEADER]: control.generation, Server: 'nginx/1.30.0' }).end('ok\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  let live = ''
  const called = async (call: string): Promise<void> => {
    control.calls.push(call)
    await control.before(call)
  }
  const control: ScriptedControl = {
    generation: 'dns-0',
    ignoresReloads: false,
    isSilent: false,
    asked: 0,
    complains: '',
    before: () => undefined,
    written: [],
    calls: [],
    version: null,
    listen: '8080',
    runs: () => true,
    target: () => ({ host: '127.0.0.1', port }),
    publishedPort: () => port,
    subscribe: () => () => undefined,
    async put(files) {
      for (const { name, text } of files) {
        await called(`put ${name}`)
        control.written.push(`${name}: ${text}`)
        if (name === 'nginx.conf') live = text
      }
    },
    async refusal() {
      await called('check')
      return null
    },
    async hangUp() {
      await called('reload')
      if (!control.ignoresReloads) control.generation = generationOf(live)
    },
    complaint: () => control.complains,
    workers: async () => [],
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return control
}
