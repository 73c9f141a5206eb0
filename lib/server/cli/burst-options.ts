import { parseArgs } from 'node:util'
import { parseDuration } from '#lib/analysis/durations.ts'
import type { BurstRequest } from '#lib/protocol/model.ts'
import { burstRequestSchema } from '#lib/protocol/schemas.ts'
import { checkInput } from '../check-input.ts'
import { type Expectation, FIGURES_HELP, parseExpectation } from './expectations.ts'

export const BURST_HELP = `robinscope burst: sends one burst through a front door and reports the result

  npm run burst -- --requests 1000 --expect 'failed==0' --expect 'spread<=1'
  npm run burst -- --duration 30s --rate 200 --concurrency 16 --expect 'p99<=20'
  npm run burst -- --url http://localhost:3000 --token … --requests 1000

It starts an embedded cluster of its own, or uses a running dashboard with --url.
Progress goes to stderr, the result as JSON to stdout.

What to send
  --requests N         number of requests (or --duration)
  --duration TIME      how long: 500ms, 30s, 5m, 1h at most
  --concurrency N      most in flight (default 1)
  --rate N             requests per second (default: unlimited)
  --method METHOD      GET, HEAD, POST, PUT, DELETE, OPTIONS (default GET)
  --path PATH          (default /)
  --header 'NAME: VALUE'   may be given several times
  --body TEXT
  --new-connections    a new connection for each request
  --timeout TIME       deadline of a request (default 10s)

Where
  --replicas N         backends of the embedded cluster (default 2)
  --front-door KIND    nginx or built-in (default: nginx if it is installed)
  --url URL            a running dashboard (needs --token)
  --token TOKEN        its token; or ROBINSCOPE_TOKEN in the environment

Expectations
  --expect 'FIGURE COMPARISON NUMBER'   may be given several times
      comparisons: == != < <= > >=
      figures:
${FIGURES_HELP}

Exit code
  0  every expectation held (without one: the burst finished)
  1  an expectation was not met; each is named with its value
  2  it could not run
`

export type BurstOptions = {
  request: BurstRequest
  expectations: Expectation[]
  replicas: string
  frontDoor: string
  url: string | null
  token: string | undefined
}

/** null: help was asked for. Throws Error or ProblemError with what is wrong. */
export function readBurstOptions(args: string[]): BurstOptions | null {
  const { values } = parseArgs({
    args,
    strict: true,
    options: {
      requests: { type: 'string' },
      duration: { type: 'string' },
      concurrency: { type: 'string', default: '1' },
      rate: { type: 'string' },
      method: { type: 'string', default: 'GET' },
      path: { type: 'string', default: '/' },
      header: { type: 'string', multiple: true, default: [] },
      body: { type: 'string' },
      'new-connections': { type: 'boolean', default: false },
      timeout: { type: 'string', default: '10s' },
      replicas: { type: 'string', default: '2' },
      'front-door': { type: 'string', default: 'auto' },
      url: { type: 'string' },
      token: { type: 'string' },
      expect: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return null
  if (values.requests === undefined && values.duration === undefined) {
    throw new Error('Say how much to send: --requests N or --duration TIME.')
  }
  const request = checkInput(burstRequestSchema, {
    ...(values.requests === undefined ? {} : { requests: wholeNumber('--requests', values.requests) }),
    ...(values.duration === undefined ? {} : { durationMs: milliseconds('--duration', values.duration) }),
    ...(values.rate === undefined ? {} : { ratePerSecond: Number(values.rate) }),
    ...(values.body === undefined ? {} : { body: values.body }),
    concurrency: wholeNumber('--concurrency', values.concurrency),
    method: values.method.toUpperCase(),
    path: values.path,
    headers: Object.fromEntries(values.header.map(header)),
    keepAlive: !values['new-connections'],
    timeoutMs: milliseconds('--timeout', values.timeout),
  })
  return {
    request,
    expectations: values.expect.map(parseExpectation),
    replicas: values.replicas,
    frontDoor: values['front-door'],
    url: values.url ?? null,
    token: values.token,
  }
}

function wholeNumber(flag: string, text: string): number {
  if (!/^[0-9]+$/.test(text)) throw new Error(`${flag} ${text}: a whole number is needed.`)
  return Number(text)
}

/** A bare number could be meant in seconds or in milliseconds: here it must say which. */
function milliseconds(flag: string, text: string): number {
  const ms = /[a-z]$/.test(text) ? parseDuration(text) : null
  if (ms === null) throw new Error(`${flag} ${text}: write a time such as 500ms, 30s, 5m or 1h.`)
  return ms
}

function header(line: string): [string, string] {
  const [name, ...rest] = line.split(':')
  if (name === undefined || rest.length === 0) throw new Error(`--header '${line}': write 'Name: value'.`)
  return [name.trim(), rest.join(':').trim()]
}
