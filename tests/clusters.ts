import { type ComposeProject, composeProject } from './compose-project.ts'
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

/** A dashboard of its own for a Compose project, on this machine. `env`: settings beside those that name the project. */
export const startOn = (project: ComposeProject, env: Record<string, string> = {}): Promise<Product> =>
  startProduct({
    env: { ROBINSCOPE_CLUSTER: 'docker', ROBINSCOPE_PROJECT: project.name, ...env },
    frontDoorPort: project.frontDoorPort,
  })

/** A Compose project of the test's own with a dashboard on this machine. */
export async function startOnDocker(env: Record<string, string> = {}): Promise<Running & { project: ComposeProject }> {
  const project = await composeProject()
  try {
    const product = await startOn(project, env)
    const stop = async (): Promise<void> => {
      await product.stop()
      await project.down()
    }
    return { product, project, stop }
  } catch (error) {
    await project.down()
    throw error
  }
}

export const VARIANTS: Variant[] = [
  {
    name: 'nginx in Docker',
    missing: async () => ((await engineAnswers()).answers ? null : 'no Docker engine answers'),
    start: () => startOnDocker(),
  },
  {
    name: 'nginx embedded',
    missing: async () =>
      (await runCommand('nginx', ['-v'], { limitMs: 5_000 })).code === 0 ? null : 'no nginx on the PATH',
    start: () => embedded('nginx'),
  },
  { name: 'built-in balancer', missing: async () => null, start: () => embedded('built-in') },
]
