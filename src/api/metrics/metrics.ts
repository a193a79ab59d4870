import { GafferError } from '../../errors.ts';
import type { GafferNode, Unsubscribe } from '../../job/node.ts';
import type { ChannelCounts } from '../channels/channels.ts';
import type { FeedCounts, WebhookCounts } from './counts.ts';
import { jobSeries } from './job-series.ts';
import { nodeSeries } from './node-series.ts';
import { ownSeries } from './own-series.ts';
import { Tallies } from './tallies.ts';

/** What metrics are made of. */
export interface MetricsSources {
  readonly node: GafferNode;
  readonly version: string;
  readonly feeds: () => FeedCounts;
  /** Undefined before the first one. */
  readonly channels: () => Promise<ChannelCounts | undefined>;
  readonly webhooks: () => readonly WebhookCounts[];
}

/** Counts a node's events from the beginning, and tells how all is when it is asked. */
export class Metrics {
  readonly #sources: MetricsSources;
  readonly #tallies = new Tallies();
  #unsubscribe: Unsubscribe = () => undefined;
  #scrape: Promise<string> | undefined;

  constructor(sources: MetricsSources) {
    this.#sources = sources;
  }

  /** Counts what has happened as far as it is kept, and what happens from now on. */
  async begin(): Promise<void> {
    const { node } = this.#sources;
    const follow = async (since: { seq: number } | undefined): Promise<Unsubscribe> =>
      (
        await node.followEvents(since, (entry) => {
          if (entry.kind === 'event') {
            this.#tallies.note(entry.event);
          }
        })
      ).end;
    try {
      this.#unsubscribe = await follow({ seq: 0 });
    } catch (error) {
      if (!(error instanceof GafferError) || error.code !== 'events_gone') {
        throw error;
      }
      this.#unsubscribe = await follow(undefined);
    }
  }

  /** Counts no more. */
  end(): void {
    this.#unsubscribe();
  }

  /** Everything, as Prometheus reads it. Those who ask at the same time are told the same. */
  text(): Promise<string> {
    this.#scrape ??= this.#write().finally(() => {
      this.#scrape = undefined;
    });
    return this.#scrape;
  }

  async #write(): Promise<string> {
    const { node, version, feeds, channels, webhooks } = this.#sources;
    const own = await ownSeries(); // before the work that all else makes
    const overviews = await node.overview();
    const channelCounts = await channels();
    const jobs = overviews.map((overview) => ({ overview, tally: this.#tallies.of(overview.name) }));
    for (const { overview, tally } of jobs) {
      tally.noteCpu(overview.processes);
    }
    const counts = { version, tallies: this.#tallies, feeds: feeds(), channels: channelCounts, webhooks: webhooks() };
    const { prometheusText } = await import('./prometheus-text.ts'); // nobody but who asks for metrics pays for its library
    return await prometheusText([...nodeSeries(counts), ...jobSeries(jobs), ...own]);
  }
}
