import { expect, test } from 'vitest'
import { containerControl } from '#lib/cluster/docker/container-control.ts'
import type { Container } from '#lib/cluster/docker/engine/container.ts'
import { EngineError } from '#lib/cluster/docker/engine/engine-error.ts'
import type { ProjectView } from '#lib/cluster/docker/project-view.ts'
import { ROBINSCOPE_PROFILE } from '#lib/compose/project-profile.ts'

/** The control of a front door that runs, on an engine that says this when it is asked for processes. */
function controlOver(processes: () => Promise<{ pid: number; command: string }[]>) {
  const running = { id: 'a'.repeat(64), state: 'running', published: [] } as unknown as Container
  const view = { engine: { processes }, service: () => [running] } as unknown as ProjectView
  return containerControl(view, ROBINSCOPE_PROFILE)
}

test('the workers are those of nginx, and which of them are leaving', async () => {
  const control = controlOver(async () => [
    { pid: 1, command: 'nginx: master process nginx -p /var/lib/front-door' },
    { pid: 2, command: 'nginx: worker process' },
    { pid: 3, command: 'nginx: worker process is shutting down' },
    { pid: 4, command: 'sleep 1' },
  ])
  expect(await control.workers()).toEqual([
    { pid: 2, isLeaving: false },
    { pid: 3, isLeaving: true },
  ])
})

test('an engine that cannot list processes tells of no workers: time limits stand in', async () => {
  const control = controlOver(() => Promise.reject(new EngineError('failed', 'ps: executable file not found')))
  expect(await control.workers()).toBeNull()
})

test('an engine that does not answer is an error', async () => {
  const control = controlOver(() => Promise.reject(new EngineError('timeout', 'it did not answer')))
  await expect(control.workers()).rejects.toMatchObject({ problem: { code: 'engine-gone' } })
})
