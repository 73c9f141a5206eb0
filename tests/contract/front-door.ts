import { expect, test } from 'vitest'
import { promisesOfBodies } from './front-door-bodies.ts'
import { promisesOfFailures } from './front-door-failures.ts'
import { promisesOfLists } from './front-door-lists.ts'
import { type OpenFrontDoor, setStage } from './front-door-stage.ts'
import { promisesOfTurns } from './front-door-turns.ts'

/** What every front door promises, whichever it is. */
export function frontDoorContract(open: OpenFrontDoor): void {
  const stage = setStage(open)
  promisesOfTurns(stage)
  promisesOfFailures(stage)
  promisesOfLists(stage)
  promisesOfBodies(stage)

  test('closing it twice is closing it once, and frees the port', async () => {
    const opened = await open()
    const { port } = opened.door.target()
    expect(opened.door.status()).toBe('up')
    await Promise.all([opened.door.close(), opened.door.close()])
    expect(opened.door.status()).toBe('down')
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
    await opened.close()
  })
}
