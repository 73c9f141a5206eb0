import { FRONT_DOOR_FOLDER } from '../compose/project-profile.ts'

/** What a service is in the project: ProjectProfile. The dashboard and the gate itself have no role, so nothing may be done to them. */
export type Role = 'backend' | 'front-door'

/** What has to be read and checked before a call may pass. Calls without it have their body dropped. */
export type BodyKind = 'create' | 'exec' | 'archive'

export type Rule = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `{container}` and `{exec}` stand for an id. */
  path: string
  /** The containers that it may be called on. */
  on?: readonly Role[]
  /** Every query key that may be given, and how its value looks. */
  query?: Readonly<Record<string, RegExp>>
  /** Query keys that must be given: the engine's default for them is another call. */
  needs?: readonly string[]
  /** Its `filters` are narrowed to the project; these further keys may be given. */
  filters?: readonly string[]
  body?: BodyKind
  /** Its answer passes with the fields that the dashboard reads and no others: shown.ts, shown-events.ts. */
  shows?: 'container' | 'list' | 'events' | 'exec'
  /** Its answer goes on for as long as its caller listens, and may begin late. */
  streams?: true
  /** Its answer becomes a two-way stream when the caller asks for an upgrade. */
  upgrades?: true
}

const EITHER: readonly Role[] = ['backend', 'front-door']
const BACKEND: readonly Role[] = ['backend']
const FRONT_DOOR: readonly Role[] = ['front-door']
const FLAG = /^(0|1|true|false)$/
const SECONDS = /^[0-9]{1,3}$/
const MOMENT = /^[0-9]{1,12}(\.[0-9]{1,9})?$/
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

/** Everything that passes: what lib/cluster/docker calls, and no more. A call that no rule names is refused. */
export const RULES: readonly Rule[] = [
  { method: 'GET', path: '_ping' },
  {
    method: 'GET',
    path: 'events',
    query: { since: MOMENT, until: MOMENT },
    filters: ['type', 'event', 'label', 'container'],
    shows: 'events',
    streams: true,
  },
  {
    method: 'GET',
    path: 'containers/json',
    query: { all: FLAG },
    filters: ['label', 'status', 'id', 'name'],
    shows: 'list',
  },
  { method: 'GET', path: 'containers/{container}/json', on: EITHER, shows: 'container' },
  { method: 'GET', path: 'containers/{container}/top', on: FRONT_DOOR },
  { method: 'GET', path: 'containers/{container}/logs', on: EITHER, query: LOGS, streams: true },

  {
    method: 'PUT',
    path: 'containers/{container}/archive',
    on: FRONT_DOOR,
    query: { path: new RegExp(`^${FRONT_DOOR_FOLDER}/?$`) },
    needs: ['path'],
    body: 'archive',
  },
  { method: 'POST', path: 'containers/{container}/exec', on: FRONT_DOOR, body: 'exec' },
  { method: 'POST', path: 'exec/{exec}/start', upgrades: true },
  { method: 'GET', path: 'exec/{exec}/json', shows: 'exec' },
  {
    method: 'POST',
    path: 'containers/{container}/kill',
    on: FRONT_DOOR,
    query: { signal: /^(SIG)?HUP$/ },
    needs: ['signal'],
  },

  { method: 'POST', path: 'containers/create', query: { name: /^[a-z0-9][a-z0-9_.-]{0,120}$/ }, body: 'create' },
  { method: 'POST', path: 'containers/{container}/start', on: BACKEND },
  { method: 'POST', path: 'containers/{container}/stop', on: BACKEND, query: { t: SECONDS } },
  { method: 'POST', path: 'containers/{container}/unpause', on: BACKEND },
  { method: 'POST', path: 'containers/{container}/attach', on: BACKEND, query: ATTACH, upgrades: true },
  { method: 'DELETE', path: 'containers/{container}', on: BACKEND, query: { force: FLAG, v: FLAG } },
]
