import type { Configuration } from '#lib/protocol/configuration.ts'
import type { BackendKey } from '#lib/protocol/model.ts'

/** What nginx.conf holds, and what it means; `configuration` null: the DNS list. */
export type Written = { generation: string; text: string; configuration: Configuration | null }

/** What is known of the configuration in force: what was confirmed, what the workers of now were told, and what the file holds. */
export class InForce {
  #confirmed: { generation: string; configuration: Configuration } | null = null
  #isInForce = false
  /** What the workers that take connections now were told; null: nobody knows. */
  #serving: Configuration | null = null
  #written: Written | null = null

  /** The generation in force; null while another one is, or none is known. */
  get generation(): string | null {
    return this.#isInForce ? (this.#confirmed?.generation ?? null) : null
  }

  /** The configuration that was last confirmed, in force or not. */
  get configuration(): Configuration | null {
    return this.#confirmed?.configuration ?? null
  }

  get serving(): Configuration | null {
    return this.#serving
  }

  /** What we wrote last; null while the file is not ours. */
  get written(): Written | null {
    return this.#written
  }

  /** Whether the workers of now may send to this backend. */
  mayReach(backend: BackendKey): boolean {
    if (!this.#isInForce || this.#serving === null) return true
    return this.#serving.servers.some((server) => server.backend === backend && server.state === 'in')
  }

  /** The file holds this from now on; nginx has not read it yet. */
  wrote(written: Written): void {
    this.#written = written
  }

  /** nginx was told to read the file. */
  reloaded(): void {
    this.#serving = this.#written?.configuration ?? null
  }

  confirm(generation: string, configuration: Configuration): void {
    this.#confirmed = { generation, configuration }
    this.#serving = configuration
    this.#isInForce = true
  }

  /** Nothing is known to be in force, though the file may be ours: nginx does not answer, or did not show what it was told. */
  forget(): void {
    this.#isInForce = false
    this.#serving = null
  }

  /** nginx began a new life on another file, or another owner wrote its file. */
  lose(): void {
    this.forget()
    this.#written = null
  }

  /** A new connection was answered by this generation, while nothing was being applied. True when another one was known. */
  answered(generation: string): boolean {
    const isConfirmed = generation === this.#confirmed?.generation
    if (isConfirmed === this.#isInForce) return false
    // A reload whose answer was lost may still come, and bring what the file holds.
    if (isConfirmed && this.#written?.generation !== generation) return false
    // Back after its death, on the file that it had: the same list is in force again.
    if (isConfirmed && this.#confirmed) this.confirm(generation, this.#confirmed.configuration)
    else this.lose()
    return true
  }
}
