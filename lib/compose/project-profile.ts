/** The labels by which Compose knows its containers, networks and volumes. */
export const PROJECT_LABEL = 'com.docker.compose.project'
export const SERVICE_LABEL = 'com.docker.compose.service'
/** The replica's number, from 1 on, as text. */
export const NUMBER_LABEL = 'com.docker.compose.container-number'
/** `True` for a container of `docker compose run`, `False` for a lasting one. */
export const ONE_OFF_LABEL = 'com.docker.compose.oneoff'
/** A hash of the service's configuration: a container with another one is made anew by `docker compose up`. */
export const CONFIG_HASH_LABEL = 'com.docker.compose.config-hash'
/** Compose's note on a container that is being replaced: a copy of it would be taken for the replacement. */
export const REPLACE_LABEL = 'com.docker.compose.replace'

/** Every clone carries it, so that a container which Robinscope made can be told from one that a user created. */
export const MADE_BY_LABEL = 'robinscope.made-by'
export const MADE_BY = 'robinscope'

/** All that the dashboard reads. The docker-gate shows these labels and no others. */
export const READ_LABELS: readonly string[] = [
  ...[PROJECT_LABEL, SERVICE_LABEL, NUMBER_LABEL, ONE_OFF_LABEL, CONFIG_HASH_LABEL, MADE_BY_LABEL],
]

/** The folder of the front door that holds its configuration: nginx's prefix. */
export const FRONT_DOOR_FOLDER = '/var/lib/front-door'

/** The only files that Robinscope writes there. */
export const FRONT_DOOR_FILES = ['lease', 'candidate.conf', 'nginx.conf'] as const
export type FrontDoorFile = (typeof FRONT_DOOR_FILES)[number]

/** nginx's user in its image. What the start script cannot replace, it could not hand back to DNS. */
export const NGINX_UID = 101
export const NGINX_GID = 101

/** nginx's verdict on a candidate: the only command that is run in the front door. These options change nothing. */
export const CHECK_ARGV: readonly string[] = ['nginx', '-t', '-p', FRONT_DOOR_FOLDER, '-c', 'candidate.conf']

/** The lease's one line: the list owner, and the generation that is in force if there is one. */
export const LEASE_PATTERN = /^[a-z0-9]{1,16} (?:[a-z0-9]{1,16}-[0-9]{1,9})?\n$/

/** What is known of a Compose project: which service has which role, and how each is reached. Ports are those inside the containers. */
export type ProjectProfile = {
  readonly frontDoor: {
    readonly service: string
    readonly port: number
    /** Where its configuration lies, whose it is, and how a candidate is checked. */
    readonly folder: string
    readonly uid: number
    readonly gid: number
    readonly checkArgv: readonly string[]
  }
  readonly backends: {
    readonly service: string
    /** Where a backend listens until its own word names another port. */
    readonly port: number
    /** `line`: the service prints one JSON line when it listens. */
    readonly readiness: 'line'
  }
}

/** Robinscope's own project, deploy/compose.yaml. */
export const ROBINSCOPE_PROFILE: ProjectProfile = Object.freeze({
  frontDoor: Object.freeze({
    service: 'front-door',
    port: 8080,
    folder: FRONT_DOOR_FOLDER,
    uid: NGINX_UID,
    gid: NGINX_GID,
    checkArgv: CHECK_ARGV,
  }),
  backends: Object.freeze({ service: 'backend', port: 8000, readiness: 'line' }),
})
