import { readdir, readFile } from 'node:fs/promises'
import { describe } from 'vitest'
import { readSettings } from '#lib/config/settings.ts'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import { formEmbeddedCluster } from '#lib/server/form-embedded.ts'
import { clusterContract, type OpenCluster } from './cluster.ts'

async function open(frontDoor: 'nginx' | 'built-in'): Promise<OpenCluster> {
  const settings = readSettings({ FRONT_DOOR_PORT: '0', ROBINSCOPE_FRONT_DOOR_KIND: frontDoor }, [])
  const cluster = await formEmbeddedCluster(settings, { reason: 'A test.', howToSwitch: '', log: () => undefined })
  return {
    cluster,
    killFromOutside: async (backend) => {
      process.kill(await processOf(backend), 'SIGKILL')
    },
    close: () => cluster.close(),
  }
}

/** The child process that was told this hostname. */
async function processOf(backend: string): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^[0-9]+$/.test(entry)) continue
    const environment = await readFile(`/proc/${entry}/environ`, 'utf8').catch(() => '')
    if (environment.includes(`SERVICE_HOSTNAME=${backend}`)) return Number(entry)
  }
  throw new Error(`No process has the hostname ${backend}`)
}

const nginx = await findNginx()

describe.skipIf('missing' in nginx)('child processes behind nginx', () => clusterContract(() => open('nginx')))
describe('child processes behind the built-in balancer', () => clusterContract(() => open('built-in')))
