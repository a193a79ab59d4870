import type { ChannelCounts } from '../channels/channels.ts';
import type { FeedCounts, WebhookCounts } from './counts.ts';
import { inEach } from './job-series.ts';
import { type Series, series, single } from './series.ts';
import type { Tallies } from './tallies.ts';

/** What is told of a node besides its jobs. */
export interface NodeCounts {
  readonly version: string;
  readonly tallies: Pick<Tallies, 'events' | 'seq'>;
  readonly feeds: FeedCounts;
  /** Undefined before the first one. */
  readonly channels: ChannelCounts | undefined;
  readonly webhooks: readonly WebhookCounts[];
}

const NO_CHANNELS: ChannelCounts = { websocket: 0, sockjs: 0, process: 0, subscriptions: 0, dropped: 0 };

/** What is told of a node itself, its events and who is told of them. */
export function nodeSeries({ version, tallies, feeds, channels = NO_CHANNELS, webhooks }: NodeCounts): readonly Series[] {
  const { subscriptions, dropped, ...open } = channels;
  const hooks = (type: Series['type'], what: 'sent' | 'failed' | 'dropped' | 'retried' | 'waiting', help: string): Series => {
    const name = `gaffer_webhook_events_${what}${type === 'counter' ? '_total' : ''}`;
    return series(
      type,
      name,
      help,
      webhooks.map((hook) => ({ labels: { webhook: hook.id }, value: hook[what] })),
    );
  };
  return [
    series('gauge', 'gaffer_build_info', 'Always 1; the labels tell the version', [{ labels: { version, node: process.versions.node }, value: 1 }]),
    series('counter', 'gaffer_events_total', 'Events of the node, by their type', inEach('type', tallies.events)),
    single('gauge', 'gaffer_last_event_seq', 'The number of the last event', tallies.seq),
    single('gauge', 'gaffer_feeds_open', 'Answers that go on: events, logs, statistics, output', feeds.open),
    single('counter', 'gaffer_feed_records_dropped_total', 'Records of feeds that slow readers were not sent', feeds.dropped),
    series('gauge', 'gaffer_channels_open', 'Channels that are open, by their kind', inEach('kind', open)),
    single('gauge', 'gaffer_channel_subscriptions', 'Topics that control channels follow', subscriptions),
    single('counter', 'gaffer_channel_messages_dropped_total', 'Messages of channels that slow readers were not sent', dropped),
    hooks('counter', 'sent', 'Events that the receiver of a webhook has taken'),
    hooks('counter', 'failed', 'Events that the receiver of a webhook has refused, or that were tried often enough'),
    hooks('counter', 'dropped', 'Events that were left out because too many waited for the receiver of a webhook'),
    hooks('counter', 'retried', 'Times that an event was sent to the receiver of a webhook once more'),
    hooks('gauge', 'waiting', 'Events that wait for the receiver of a webhook'),
  ];
}
