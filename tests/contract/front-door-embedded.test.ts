import { describe } from 'vitest'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import { openBalancer } from '#lib/front-door/open-balancer.ts'
import { openLocalNginx } from '#lib/front-door/open-local-nginx.ts'
import { openGuardian } from '#lib/guardian/open-guardian.ts'
import { frontDoorContract } from './front-door.ts'

const log = (): void => {}
const nginx = await findNginx()

describe.runIf('path' in nginx)('nginx from the PATH', () => {
  frontDoorContract(async () => {
    if (!('path' in nginx)) throw new Error(nginx.missing)
    const guardian = await openGuardian({ log })
    const door = await openLocalNginx({ nginx, guardian, port: 0, log })
    return { door, close: () => door.close().then(() => guardian.close()) }
  })
})

describe('the built-in balancer', () => {
  frontDoorContract(async () => {
    const guardian = await openGuardian({ log })
    const door = await openBalancer({ guardian, port: 0, log })
    return { door, close: () => door.close().then(() => guardian.close()) }
  })
})
