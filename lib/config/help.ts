import { flagOf } from './flags.ts'
import type { SettingName } from './settings.ts'

/** Each setting's default, as a person would write it, and its meaning. */
export const SETTING_HELP: Record<SettingName, { byDefault: string; meaning: string }> = {
  PORT: { byDefault: '3000', meaning: 'port of the dashboard; 0: any free one' },
  HOST: { byDefault: '127.0.0.1', meaning: 'address it listens on; beyond loopback it needs ALLOWED_HOSTS and TOKEN' },
  FRONT_DOOR_PORT: { byDefault: '8080', meaning: 'port of the front door' },
  ROBINSCOPE_CLUSTER: {
    byDefault: 'auto',
    meaning: 'embedded, docker, or auto: a running Docker project if there is one, else embedded',
  },
  ROBINSCOPE_PROJECT: { byDefault: 'robinscope', meaning: 'the Compose project' },
  ROBINSCOPE_REPLICAS: { byDefault: '2', meaning: 'backends at the start, 0 to 50 (embedded)' },
  ROBINSCOPE_TOKEN: {
    byDefault: 'made at start',
    meaning: 'for state changes over HTTP, and for everything once other machines can reach it',
  },
  ROBINSCOPE_ALLOWED_HOSTS: {
    byDefault: 'none',
    meaning: 'further names it answers to, with commas: name:port, or https://name behind a TLS proxy',
  },
  ROBINSCOPE_FRONT_DOOR: { byDefault: 'its port', meaning: 'host:port where the load engine dials the front door' },
  ROBINSCOPE_FRONT_DOOR_KIND: {
    byDefault: 'auto',
    meaning: 'nginx, built-in, or auto: nginx if there is one (embedded)',
  },
  ROBINSCOPE_PUBLISHED: { byDefault: 'unset', meaning: 'for deploy/compose.yaml alone' },
  DOCKER_HOST: { byDefault: "Docker's socket", meaning: 'unix://, npipe://, tcp://, https:// or ssh://' },
  DOCKER_CERT_PATH: { byDefault: 'unset', meaning: 'folder of ca.pem, cert.pem and key.pem, as docker reads it' },
  DOCKER_TLS_VERIFY: { byDefault: 'unset', meaning: 'as docker reads it' },
  SSH_AUTH_SOCK: { byDefault: 'unset', meaning: 'the SSH agent, for ssh://' },
  LOG_LEVEL: { byDefault: 'info', meaning: 'debug, info, warn, error or silent' },
}

/** Prints the token that a dashboard on loopback made at its start. */
export const READ_TOKEN = `curl -s http://localhost:3000 | sed -n 's/.*"robinscope-token" content="\\([^"]*\\)".*/\\1/p'`

const settings = Object.entries(SETTING_HELP)
  .map(
    ([name, { byDefault, meaning }]) => `  ${name.padEnd(27)} --${flagOf(name).padEnd(18)} ${meaning} (${byDefault})`,
  )
  .join('\n')

export const START_HELP = `Robinscope: see, test and prove what your load balancer does

It fires requests through a front door (nginx), shows which backend answered each one, and scales the cluster while you
watch. It takes a running Docker project if there is one, and child processes of its own if not.

  npm start                                    then open http://localhost:3000
  npm start -- --port 3001 --replicas 4        another port, four backends
  npm start -- --cluster embedded              no Docker, even if it is there
  PORT=3001 npm start                          environment variables do the same; flags win

Settings: variable, flag, meaning (default)
${settings}

The token
  A program that changes something sends it: curl -H "Authorization: Bearer $ROBINSCOPE_TOKEN" …
  A burst on this dashboard sends it, too:   npm run -s burst -- --url http://localhost:3000 --token "$ROBINSCOPE_TOKEN" …
  Set your own, 16 to 200 characters, as the variable: a flag can be seen in the list of processes.
  Without one, a token is made at each start. It is printed nowhere; the page holds it, on this machine only:
    ${READ_TOKEN}

On the network
  HOST=0.0.0.0 ROBINSCOPE_ALLOWED_HOSTS=lab:3000 ROBINSCOPE_TOKEN=… npm start
  ROBINSCOPE_ALLOWED_HOSTS=https://lab.example ROBINSCOPE_TOKEN=… npm start          behind a TLS proxy on this machine
  Everybody then needs the token: browsers once, as http://lab:3000/?token=…, programs with each request.

More: the README, npm run -s burst -- --help, and GET /api/openapi.json of a running dashboard.
`
