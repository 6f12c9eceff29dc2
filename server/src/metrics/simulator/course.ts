import { Agenda } from './agenda';
import type { Random } from './random';
import type { Faults, Scenario } from './scenario';

/** What everything in a simulation shares: its clock (seconds since the start), its chance, and what is broken now. */
export class Course {
  readonly scenario: Scenario;
  readonly random: Random;
  now: number;
  faults: Faults;
  private readonly agenda = new Agenda();

  constructor(scenario: Scenario, random: Random) {
    this.scenario = scenario;
    this.random = random;
    this.now = -scenario.warmUp;
    this.faults = scenario.faults;
  }

  at(time: number, act: () => void): void {
    this.agenda.add(time, act);
  }

  after(seconds: number, act: () => void): void {
    this.agenda.add(this.now + seconds, act);
  }

  /** Lets everything happen that is due until then. */
  advance(to: number): void {
    while (this.agenda.next <= to) {
      const { at, act } = this.agenda.take();
      this.now = at;
      act();
    }
    this.now = Math.max(this.now, to);
  }
}
