import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGate } from '#lib/docker-gate/gate.ts'
import { type ComposeProject, composeProject } from '../compose-project.ts'
import { startProduct } from '../product.ts'
import { until } from '../until.ts'
import { type EngineRecorder, openEngineRecorder } from './engine-recorder.ts'
import { aVictim, type Victim } from './victim.ts'

const ENGINE = '/var/run/docker.sock'

export type DockerVictim = Victim & {
  compose: () => ComposeProject
  /** Where the gate listens: what a dashboard that was taken over could call. */
  gateSocket: () => string
  /** Between the gate and the engine. */
  behind: () => EngineRecorder
}

/**
 * dashboard -> recorder -> docker-gate -> recorder -> engine, on a Compose project of its own whose containers carry `secret`
 * in their environment and labels. `settings`: more of the dashboard's environment.
 */
export function aDockerVictim(secret: string, settings: Record<string, string> = {}): DockerVictim {
  let compose: ComposeProject
  let behind: EngineRecorder
  const folder = mkdtempSync(join(tmpdir(), 'docker-victim-'))
  const gateSocket = join(folder, 'gate.sock')

  const start = async () => {
    const planted = { environment: { PLANTED: secret }, labels: { planted: secret } }
    const override = join(folder, 'override.json')
    writeFileSync(override, JSON.stringify({ services: { backend: planted, 'front-door': planted } }))
    compose = await composeProject(['front-door', 'backend'], [override])
    behind = await openEngineRecorder(ENGINE)
    const gate = createGate({ project: compose.name, enginePath: behind.socketPath, refused: () => undefined })
    await new Promise<void>((resolve) => gate.listen(gateSocket, resolve))
    const recorder = await openEngineRecorder(gateSocket)
    const env = {
      ...settings,
      ROBINSCOPE_CLUSTER: 'docker',
      ROBINSCOPE_PROJECT: compose.name,
      DOCKER_HOST: recorder.dockerHost,
    }
    const product = await startProduct({ env, frontDoorPort: compose.frontDoorPort })
    await until('the list is in force', async () => (await product.api.cluster()).frontDoor.generation !== null)
    behind.forget()
    const close = async (): Promise<void> => {
      await recorder.close()
      gate.closeAllConnections()
      gate.close()
      await behind.close()
      await compose.down()
      rmSync(folder, { recursive: true, force: true })
    }
    return { product, recorder: { ...recorder, close } }
  }
  return { ...aVictim(start), compose: () => compose, gateSocket: () => gateSocket, behind: () => behind }
}
