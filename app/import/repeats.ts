/**
 * Which addresses of a file came before, in a few bytes each: 16 MB for a million. It never misses one; of a new address it says
 * wrongly that it came before about once in 10^9 times, so whoever asks looks again there.
 */
export class Repeats {
  private hashes = new Float64Array(1 << 16);
  private count = 0;

  /** Whether the text was given before; it is from now on. */
  seen(text: string): boolean {
    const hash = hashOf(text);
    if (this.count * 2 > this.hashes.length) this.grow();
    const slot = this.slotOf(hash);
    if (this.hashes[slot] === hash) return true;
    this.hashes[slot] = hash;
    this.count++;
    return false;
  }

  private slotOf(hash: number): number {
    const last = this.hashes.length - 1;
    // Their number is a power of two.
    let slot = hash & last;
    while (this.hashes[slot] !== 0 && this.hashes[slot] !== hash) slot = slot === last ? 0 : slot + 1;
    return slot;
  }

  private grow(): void {
    const before = this.hashes;
    this.hashes = new Float64Array(before.length * 2);
    for (const hash of before) if (hash !== 0) this.hashes[this.slotOf(hash)] = hash;
  }
}

/** 53 bits and never 0, of two rounds of FNV-1a with other starts and primes. */
function hashOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
    high ^= high >>> 13;
  }
  low ^= low >>> 15;
  high ^= high >>> 16;
  return (high & 0x1fffff) * 0x100000000 + (low >>> 0) + 1;
}
