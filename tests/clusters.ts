import { composeProject } from './compose-project.ts'
import { engineAnswers } from './engine.ts'
import { type Product, startProduct } from './product.ts'
import { runCommand } from './run-command.ts'

/** The ways to have a cluster that every figure about turns is taken on. */
export type Variant = { name: string; missing: () => Promise<string | null>; start: () => Promise<Running> }
export type Running = { product: Product; stop: () => Promise<void> }

const embedded = async (frontDoor: 'nginx' | 'built-in'): Promise<Running> => {
  const product = await startProduct({ env: { ROBINSCOPE_FRONT_DOOR_KIND: frontDoor } })
  return { product, stop: () => product.stop() }
}

const onDocker = async (): Promise<Running> => {
  const project = await composeProject()
  try {
    const env = { ROBINSCOPE_CLUSTER: 'docker', ROBINSCOPE_PROJECT: project.name }
    const product = await startProduct({ env, frontDoorPort: project.frontDoorPort })
    const stop = async (): Promise<void> => {
      await product.stop()
      await project.down()
    }
    return { product, stop }
  } catch (error) {
    await project.down()
    throw error
  }
}

export const VARIANTS: Variant[] = [
  {
    name: 'nginx in Docker',
    missing: async () => ((await engineAnswers()).answers ? null : 'no Docker engine answers'),
    start: onDocker,
  },
  {
    name: 'nginx embedded',
    missing: async () =>
      (await runCommand('nginx', ['-v'], { limitMs: 5_000 })).code === 0 ? null : 'no nginx on the PATH',
    start: () => embedded('nginx'),
  },
  { name: 'built-in balancer', missing: async () => null, start: () => embedded('built-in') },
]
