import { ROBINSCOPE_PROFILE } from '../compose/project-profile.ts'
import { type Directive, NotNginx, readDirectives } from './nginx-words.ts'

type Context = 'main' | 'events' | 'http' | 'upstream' | 'server' | 'location'
type Value = string | RegExp

/** One form that a directive may have: its name and every value. `options` follow in any order, each at most once. */
type Form = { words: readonly [string, ...Value[]]; options?: Readonly<Record<string, RegExp>>; opens?: Context }

const { frontDoor, backends } = ROBINSCOPE_PROFILE
const GROUP = 'backend'
const COUNT = /^[0-9]{1,5}$/
const TIME = /^[0-9]{1,7}m?s$/
const GENERATION = /^[a-z0-9]{1,16}-[0-9]{1,9}$/
/** An IPv4 address or a bracketed IPv6 one, with its port. No name and no socket: the only name is that of the backends. */
const ADDRESS = /^(([0-9]{1,3}\.){3}[0-9]{1,3}|\[[0-9a-f:.]{2,45}\]):[0-9]{1,5}$/
const FLAG = /^$/

const GENERATION_HEADER = 'X-Front-Door-Generation'
const ATTEMPT_HEADERS = {
  'X-Upstream-Addr': '$upstream_addr',
  'X-Upstream-Status': '$upstream_status',
  'X-Upstream-Response-Time': '$upstream_response_time',
  'X-Upstream-Header-Time': '$upstream_header_time',
  'X-Upstream-Connect-Time': '$upstream_connect_time',
}

/** Parameters of `server` in an upstream group (ngx_http_upstream_module): by name, with the pattern of what follows `=`. */
const SERVER_OPTIONS = {
  weight: COUNT,
  max_conns: COUNT,
  max_fails: COUNT,
  fail_timeout: TIME,
  backup: FLAG,
  down: FLAG,
  resolve: FLAG,
}

const plain = (...words: [string, ...Value[]]): Form => ({ words })
const block = (opens: Context, ...words: [string, ...Value[]]): Form => ({ words, opens })

/**
 * Every directive that lib/front-door/render.ts writes, by the context that it stands in, and no other. Whoever adds one to the
 * renderer adds it here, and asks first: can its value reach a file, run code, or send a request somewhere else?
 */
const FORMS: Readonly<Record<Context, readonly Form[]>> = {
  main: [
    plain('worker_processes', /^[1-9]$/),
    plain('worker_shutdown_timeout', TIME),
    plain('pid', 'nginx.pid'),
    plain('error_log', 'stderr', 'warn'),
    block('events', 'events'),
    block('http', 'http'),
  ],
  events: [plain('worker_connections', COUNT)],
  http: [
    plain('access_log', 'off'),
    plain('default_type', 'text/plain'),
    ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => plain(`${name}_temp_path`, name)),
    plain('keepalive_min_timeout', TIME),
    plain('resolver', '127.0.0.11', /^valid=[0-9]{1,4}s$/, 'ipv6=off'),
    plain('resolver_timeout', TIME),
    block('upstream', 'upstream', GROUP),
    block('server', 'server'),
  ],
  upstream: [
    plain('zone', GROUP, /^[0-9]{1,3}k$/),
    { words: ['server', ADDRESS], options: SERVER_OPTIONS },
    { words: ['server', `${backends.service}:${backends.port}`], options: SERVER_OPTIONS },
    plain('keepalive', COUNT),
    plain('keepalive_timeout', TIME),
  ],
  server: [
    plain('listen', String(frontDoor.port)),
    plain('client_max_body_size', /^[0-9]{1,2}m$/),
    plain('client_body_buffer_size', /^[0-9]{1,3}k$/),
    plain('add_header', GENERATION_HEADER, GENERATION, 'always'),
    ...Object.entries(ATTEMPT_HEADERS).map(([name, variable]) => plain('add_header', name, variable, 'always')),
    ...[GENERATION_HEADER, ...Object.keys(ATTEMPT_HEADERS)].map((name) => plain('proxy_hide_header', name)),
    plain('proxy_http_version', '1.1'),
    plain('proxy_set_header', 'Connection', ''),
    plain('proxy_set_header', 'Host', '$host'),
    ...['connect', 'send', 'read'].map((name) => plain(`proxy_${name}_timeout`, TIME)),
    plain('proxy_next_upstream', 'error', 'timeout'),
    plain('proxy_next_upstream_tries', COUNT),
    plain('proxy_next_upstream_timeout', TIME),
    block('location', 'location', '/'),
    ...['/favicon.ico', '/__front-door/health'].map((path) => block('location', 'location', '=', path)),
  ],
  location: [
    plain('proxy_pass', `http://${GROUP}`),
    plain('expires', TIME),
    plain('expires', 'epoch'),
    plain('return', '204'),
    plain('return', '200', 'ok\n'),
  ],
}

const fits = (word: string, value: Value): boolean => (typeof value === 'string' ? word === value : value.test(word))

function optionsFit(given: readonly string[], options: Readonly<Record<string, RegExp>>): boolean {
  const seen = new Set<string>()
  return given.every((word) => {
    const [, name = '', value = ''] = /^([a-z_]+)(?:=(.+))?$/.exec(word) ?? []
    if (seen.has(name) || !Object.hasOwn(options, name)) return false
    seen.add(name)
    return options[name]?.test(value)
  })
}

function formOf({ words, block: inner }: Directive, context: Context): Form | undefined {
  return FORMS[context].find((form) => {
    const [fixed, more] = [words.slice(0, form.words.length), words.slice(form.words.length)]
    if ((inner !== null) !== (form.opens !== undefined) || fixed.length !== form.words.length) return false
    return form.words.every((value, index) => fits(fixed[index] ?? '', value)) && optionsFit(more, form.options ?? {})
  })
}

function check(directives: readonly Directive[], context: Context): void {
  for (const directive of directives) {
    const form = formOf(directive, context)
    const shown = directive.words.join(' ').slice(0, 80)
    if (!form) throw new NotNginx(`line ${directive.line}: "${shown}" is not what Robinscope writes (in ${context})`)
    if (form.opens && directive.block) check(directive.block, form.opens)
  }
}

/** Why this text is no configuration of the front door that Robinscope's renderer can have written, or null. */
export function whyNotConfiguration(text: string): string | null {
  try {
    check(readDirectives(text), 'main')
    return null
  } catch (error) {
    if (error instanceof NotNginx) return error.message
    throw error
  }
}
