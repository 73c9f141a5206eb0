import { describe } from 'vitest'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import { openNginxFrontDoor } from '#lib/front-door/nginx-on-path.ts'
import { openBalancer } from '#lib/front-door/open-balancer.ts'
import { openKeeper } from '#lib/front-door/open-keeper.ts'
import { frontDoorContract } from './front-door.ts'

const log = (): void => {}
const nginx = await findNginx()

describe.runIf('path' in nginx)('nginx from the PATH', () => {
  frontDoorContract(async () => {
    if (!('path' in nginx)) throw new Error(nginx.missing)
    const keeper = await openKeeper({ log })
    const door = await openNginxFrontDoor({ nginx, keeper, port: 0, log })
    return { door, close: () => door.close().then(() => keeper.close()) }
  })
})

describe('the built-in balancer', () => {
  frontDoorContract(async () => {
    const keeper = await openKeeper({ log })
    const door = await openBalancer({ keeper, port: 0, log })
    return { door, close: () => door.close().then(() => keeper.close()) }
  })
})
