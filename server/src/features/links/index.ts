import type { Analysis } from '../../analysis';
import { addAnchorLinks } from './anchor-links';
import { type Link, Links } from './link';
import { addPodLinks } from './pod-links';
import { addHostLinks, addSelectorLinks } from './service-links';
import type { Sight } from './sight';
import { addVariableLinks } from './variable-links';

/** All that stands in a file as a name of something else, and what it names, as far as that is in sight. */
export function linksIn(analysis: Analysis, sight: Sight): readonly Link[] {
  const links = new Links();
  const locate = (place: Parameters<typeof analysis.files.locate>[0]) => analysis.files.locate(place);
  for (const it of analysis.deployment.pods) addPodLinks({ it, locate }, analysis, sight, links);
  addSelectorLinks(analysis, sight, links);
  addHostLinks(analysis, sight, links);
  addVariableLinks(analysis, links);
  addAnchorLinks(analysis, links);
  return links.list;
}
