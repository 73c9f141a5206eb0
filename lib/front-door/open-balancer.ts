import type { FrontDoor } from './front-door.ts'
import type { Keeper, Log } from './keeper.ts'

export async function openBalancer(_options: { keeper: Keeper; port: number; log: Log }): Promise<FrontDoor> {
  throw new Error('not yet')
}
