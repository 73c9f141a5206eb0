/** The services whose containers may be touched. The dashboard and the gate itself are not among them. */
export type Service = 'backend' | 'front-door'

/** What has to be read and checked before a call may pass. Calls without it have their body dropped. */
export type BodyKind = 'create' | 'exec' | 'connect' | 'disconnect' | 'archive'

export type Rule = {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** `{container}`, `{network}`, `{exec}` and `{image}` stand for an id. */
  path: string
  /** Whose containers it may be called on. */
  on?: readonly Service[]
  /** Every query key that may be given, and how its value looks. */
  query?: Readonly<Record<string, RegExp>>
  /** Its `filters` are narrowed to the project; these further keys may be given. */
  filters?: readonly string[]
  body?: BodyKind
  /** Its answer passes without what nobody behind the gate needs: leave-out.ts. */
  reduced?: 'container' | 'engine'
  /** Its answer becomes a two-way stream when the caller asks for an upgrade. */
  upgrades?: true
}

/** The folder of the front door that holds its configuration. */
export const FRONT_DOOR_FOLDER = '/var/lib/front-door'

/** The one command that may be run, and only in the front door: nginx's own verdict on a candidate. */
export const CHECK_ARGV = ['nginx', '-t', '-p', FRONT_DOOR_FOLDER, '-c', 'candidate.conf'] as const

const EITHER: readonly Service[] = ['backend', 'front-door']
const BACKEND: readonly Service[] = ['backend']
const FRONT_DOOR: readonly Service[] = ['front-door']
const FLAG = /^(0|1|true|false)$/
const SECONDS = /^[0-9]{1,3}$/
const MOMENT = /^[0-9]{1,12}(\.[0-9]{1,9})?$/
const READABLE = new RegExp(`^${FRONT_DOOR_FOLDER}/(lease|nginx\\.conf|candidate\\.conf)$`)
// `hijack` is no key of the engine's, which ignores it: dockerode sends its own option along.
const ATTACH = { hijack: FLAG, stream: FLAG, stdin: FLAG, stdout: FLAG, stderr: FLAG, logs: FLAG }
const LOGS = {
  follow: FLAG,
  stdout: FLAG,
  stderr: FLAG,
  timestamps: FLAG,
  since: MOMENT,
  until: MOMENT,
  tail: /^(all|[0-9]{1,6})$/,
}

/** Everything that passes; design.md, section 8. A call that no rule names is refused. */
export const RULES: readonly Rule[] = [
  { method: 'GET', path: '_ping' },
  { method: 'HEAD', path: '_ping' },
  { method: 'GET', path: 'version' },
  { method: 'GET', path: 'info', reduced: 'engine' },
  {
    method: 'GET',
    path: 'events',
    query: { since: MOMENT, until: MOMENT },
    filters: ['type', 'event', 'label', 'container'],
  },
  {
    method: 'GET',
    path: 'containers/json',
    query: { all: FLAG, limit: SECONDS },
    filters: ['label', 'status', 'id', 'name'],
  },
  { method: 'GET', path: 'containers/{container}/json', on: EITHER, reduced: 'container' },
  { method: 'GET', path: 'containers/{container}/top', on: EITHER },
  { method: 'GET', path: 'containers/{container}/logs', on: EITHER, query: LOGS },
  { method: 'GET', path: 'networks/{network}' },
  { method: 'GET', path: 'images/{image}/json' },

  { method: 'GET', path: 'containers/{container}/archive', on: FRONT_DOOR, query: { path: READABLE } },
  { method: 'HEAD', path: 'containers/{container}/archive', on: FRONT_DOOR, query: { path: READABLE } },
  {
    method: 'PUT',
    path: 'containers/{container}/archive',
    on: FRONT_DOOR,
    query: { path: new RegExp(`^${FRONT_DOOR_FOLDER}/?$`), noOverwriteDirNonDir: FLAG },
    body: 'archive',
  },
  { method: 'POST', path: 'containers/{container}/exec', on: FRONT_DOOR, body: 'exec' },
  { method: 'POST', path: 'exec/{exec}/start', upgrades: true },
  { method: 'GET', path: 'exec/{exec}/json' },
  // The signal decides whose container it may be: decide.ts.
  { method: 'POST', path: 'containers/{container}/kill', on: EITHER, query: { signal: /^(SIG)?(HUP|TERM|KILL)$/ } },

  { method: 'POST', path: 'containers/create', query: { name: /^[a-z0-9][a-z0-9_.-]{0,120}$/ }, body: 'create' },
  { method: 'POST', path: 'containers/{container}/start', on: BACKEND },
  { method: 'POST', path: 'containers/{container}/stop', on: BACKEND, query: { t: SECONDS } },
  { method: 'POST', path: 'containers/{container}/restart', on: BACKEND, query: { t: SECONDS } },
  { method: 'POST', path: 'containers/{container}/pause', on: BACKEND },
  { method: 'POST', path: 'containers/{container}/unpause', on: BACKEND },
  { method: 'POST', path: 'containers/{container}/attach', on: BACKEND, query: ATTACH, upgrades: true },
  { method: 'DELETE', path: 'containers/{container}', on: BACKEND, query: { force: FLAG, v: FLAG } },
  { method: 'POST', path: 'networks/{network}/connect', body: 'connect' },
  { method: 'POST', path: 'networks/{network}/disconnect', body: 'disconnect' },
]
