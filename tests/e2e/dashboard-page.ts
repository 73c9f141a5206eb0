import { expect, type Locator, type Page, type Request } from '@playwright/test'

const NETWORK_CHANGED = 'net::ERR_NETWORK_CHANGED'

/** What a person finds on the page, by the names a person (or a screen reader) knows it by. */
export class DashboardPage {
  readonly page: Page
  readonly cluster: Locator
  readonly burst: Locator
  readonly tape: Locator
  readonly rates: Locator
  readonly latency: Locator
  readonly send: Locator
  readonly cancel: Locator
  readonly requests: Locator
  readonly atOnce: Locator
  readonly perSecond: Locator
  readonly replicas: Locator
  readonly addReplica: Locator
  readonly removeReplica: Locator
  readonly asTable: Locator
  readonly help: Locator
  readonly theme: Locator
  readonly table: Locator
  readonly frontDoor: Locator
  readonly events: Locator

  constructor(page: Page) {
    this.page = page
    this.cluster = page.getByRole('region', { name: 'Cluster' })
    this.burst = page.getByRole('region', { name: 'Burst' })
    this.tape = page.getByRole('region', { name: 'Tape' })
    this.rates = page.getByRole('region', { name: 'Requests per second, by backend' })
    this.latency = page.getByRole('region', { name: 'Latency in ms' })
    this.send = page.getByRole('button', { name: 'Send burst' })
    this.cancel = page.getByRole('button', { name: 'Cancel', exact: true })
    this.requests = page.getByLabel('Requests', { exact: true })
    this.atOnce = page.getByLabel('In flight')
    this.perSecond = page.getByLabel('Rate per second')
    this.replicas = page.getByLabel('Replicas')
    this.addReplica = page.getByRole('button', { name: 'Add a replica' })
    this.removeReplica = page.getByRole('button', { name: 'Remove a replica' })
    this.asTable = page.getByRole('button', { name: 'Table' })
    this.help = page.getByRole('button', { name: 'Help' })
    this.theme = page.getByRole('button', { name: 'Theme' })
    this.frontDoor = this.cluster.getByRole('button', { name: /^front door/ })
    this.events = page.getByRole('toolbar', { name: 'Events' })
    this.table = this.tape.getByRole('table')
  }

  /** Opens it and waits until it shows the cluster. */
  async open(url: string): Promise<void> {
    // Chromium gives up what it loads when a network of the machine comes or goes, as that of a container does.
    let isWhole = false
    const look = (request: Request): void => {
      if (request.failure()?.errorText === NETWORK_CHANGED) isWhole = false
    }
    this.page.on('requestfailed', look)
    while (!isWhole) {
      isWhole = true
      await this.page.goto(url).catch((error: Error) => {
        if (!error.message.includes(NETWORK_CHANGED)) throw error
        isWhole = false
      })
    }
    this.page.off('requestfailed', look)
    await expect(this.send).toBeEnabled()
  }

  async sendBurst(form: { requests: number; atOnce?: number; perSecond?: number | null }): Promise<void> {
    await this.requests.fill(String(form.requests))
    await this.atOnce.fill(String(form.atOnce ?? 1))
    await this.perSecond.fill(form.perSecond === null || form.perSecond === undefined ? '' : String(form.perSecond))
    await this.send.click()
  }

  /** The charts' library comes with the first burst: a picture that is taken before it is there has no curves. */
  async chartsAreDrawn(): Promise<void> {
    for (const chart of [this.rates, this.latency])
      await expect(chart.locator('canvas').or(chart.getByText(/^(Nothing measured|Connecting)/))).toBeVisible()
  }

  /** The inspector, by what is selected. */
  selected(name: string | RegExp): Locator {
    return this.page.getByRole('region', { name, exact: typeof name === 'string' })
  }

  /** The sentence above the tape. */
  verdict(text: string | RegExp): Locator {
    return this.tape.getByText(text)
  }

  /** A backend in the diagram, found by what it answers with; with `word` only while its state says so. */
  backend(key: string, word = ''): Locator {
    return this.cluster.getByRole('button', { name: new RegExp(`^backend \\d+, ${key}.*${word}`) })
  }
}
