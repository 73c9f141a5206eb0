/**
 * Every method and path of the Docker Engine API, versions 1.41 to 1.55, as its reference lists them, and those at the end that
 * its router has had beside them: experimental, undocumented, or gone since.
 */
export const DOCKER_API = `
GET /containers/json
POST /containers/create
GET /containers/{id}/json
GET /containers/{id}/top
GET /containers/{id}/logs
GET /containers/{id}/changes
GET /containers/{id}/export
GET /containers/{id}/stats
POST /containers/{id}/resize
POST /containers/{id}/start
POST /containers/{id}/stop
POST /containers/{id}/restart
POST /containers/{id}/kill
POST /containers/{id}/update
POST /containers/{id}/rename
POST /containers/{id}/pause
POST /containers/{id}/unpause
POST /containers/{id}/attach
GET /containers/{id}/attach/ws
POST /containers/{id}/wait
DELETE /containers/{id}
HEAD /containers/{id}/archive
GET /containers/{id}/archive
PUT /containers/{id}/archive
POST /containers/prune
GET /images/json
POST /build
POST /build/prune
POST /images/create
GET /images/{image}/json
GET /images/{image}/history
POST /images/{image}/push
POST /images/{image}/tag
DELETE /images/{image}
GET /images/search
POST /images/prune
POST /commit
GET /images/{image}/get
GET /images/get
POST /images/load
POST /auth
GET /info
GET /version
GET /_ping
HEAD /_ping
GET /events
GET /system/df
POST /containers/{id}/exec
POST /exec/{id}/start
POST /exec/{id}/resize
GET /exec/{id}/json
GET /volumes
POST /volumes/create
GET /volumes/{name}
PUT /volumes/{name}
DELETE /volumes/{name}
POST /volumes/prune
GET /networks
GET /networks/{id}
DELETE /networks/{id}
POST /networks/create
POST /networks/{id}/connect
POST /networks/{id}/disconnect
POST /networks/prune
GET /plugins
GET /plugins/privileges
POST /plugins/pull
GET /plugins/{name}/json
DELETE /plugins/{name}
POST /plugins/{name}/enable
POST /plugins/{name}/disable
POST /plugins/{name}/upgrade
POST /plugins/create
POST /plugins/{name}/push
POST /plugins/{name}/set
GET /nodes
GET /nodes/{id}
DELETE /nodes/{id}
POST /nodes/{id}/update
GET /swarm
POST /swarm/init
POST /swarm/join
POST /swarm/leave
POST /swarm/update
GET /swarm/unlockkey
POST /swarm/unlock
GET /services
POST /services/create
GET /services/{id}
DELETE /services/{id}
POST /services/{id}/update
GET /services/{id}/logs
GET /tasks
GET /tasks/{id}
GET /tasks/{id}/logs
GET /secrets
POST /secrets/create
GET /secrets/{id}
DELETE /secrets/{id}
POST /secrets/{id}/update
GET /configs
POST /configs/create
GET /configs/{id}
DELETE /configs/{id}
POST /configs/{id}/update
GET /distribution/{name}/json
POST /session
POST /grpc
GET /images/{image}/attestations
POST /build/cancel
GET /containers/{id}/checkpoints
POST /containers/{id}/checkpoints
DELETE /containers/{id}/checkpoints/{name}
POST /containers/{id}/copy
GET /containers/ps
GET /debug/pprof/
GET /debug/pprof/{name}
GET /debug/vars
`
  .trim()
  .split('\n')

/** What the gate may pass, and nothing else. */
export const LISTED = new Set(
  `
GET /_ping
GET /events
GET /containers/json
GET /containers/{id}/json
GET /containers/{id}/top
GET /containers/{id}/logs
PUT /containers/{id}/archive
POST /containers/{id}/exec
POST /exec/{id}/start
GET /exec/{id}/json
POST /containers/create
POST /containers/{id}/start
POST /containers/{id}/stop
POST /containers/{id}/kill
POST /containers/{id}/unpause
POST /containers/{id}/attach
DELETE /containers/{id}
`
    .trim()
    .split('\n'),
)

/** The query that a listed call cannot go without. */
export const NEEDED: Readonly<Record<string, string>> = {
  'PUT /containers/{id}/archive': '?path=/var/lib/front-door',
  'POST /containers/{id}/kill': '?signal=HUP',
}
