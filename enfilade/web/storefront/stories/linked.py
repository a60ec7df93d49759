"""What search engines and feed readers are told of stories: schema.org data, and RSS by maison and language."""

from typing import Any
from xml.etree import ElementTree

from enfilade.base.i18n import TAGS, Language
from enfilade.editorial.published import Teaser, Told
from enfilade.web.storefront.pictures import pictures
from enfilade.web.storefront.stories.telling import Telling


def article(story: Told, telling: Telling, base_url: str, language: Language) -> dict[str, Any]:
    """A schema.org Article."""
    address = f"{base_url}/{language}/stories/{story.slug}"
    shots = [telling.cover, *(shot for block in telling.blocks for shot in block.shots)]
    maison = {
        "@type": "Organization",
        "name": story.maison_name,
        "url": f"{base_url}/{language}/maisons/{story.maison_slug}",
    }
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": telling.title.text,
        "description": telling.standfirst.text,
        "image": list(dict.fromkeys(base_url + shot.picture.large for shot in shots if shot.picture)),
        "datePublished": story.published_at.isoformat(),
        "dateModified": story.changed_at.isoformat(),
        "author": {"@type": "Person", "name": telling.author} if telling.author else maison,
        "publisher": maison,
        "inLanguage": telling.title.lang or TAGS[language],
        "mainEntityOfPage": address,
        "url": address,
    }


def feed(
    stories: list[Teaser],
    *,
    title: str,
    description: str,
    address: str,
    feed_address: str,
    base_url: str,
    language: Language,
) -> bytes:
    """RSS 2.0, each story with its picture."""
    ElementTree.register_namespace("atom", "http://www.w3.org/2005/Atom")
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    for name, text in (
        ("title", title),
        ("link", address),
        ("description", description),
        ("language", TAGS[language].lower()),
    ):
        ElementTree.SubElement(channel, name).text = text
    itself = {"href": feed_address, "rel": "self", "type": "application/rss+xml"}
    ElementTree.SubElement(channel, "{http://www.w3.org/2005/Atom}link", itself)
    for story in stories:
        item = ElementTree.SubElement(channel, "item")
        at = f"{base_url}/{language}/stories/{story.slug}"
        for name, text in (
            ("title", story.title),
            ("link", at),
            ("description", story.standfirst),
            ("category", story.maison_name),
            ("pubDate", f"{story.published_at:%a, %d %b %Y %H:%M:%S +0000}"),
        ):
            ElementTree.SubElement(item, name).text = text
        ElementTree.SubElement(item, "guid", isPermaLink="true").text = at
        if shots := pictures(
            [{"name": story.cover.name, "medium": story.cover.medium}], language, story.title
        ):
            picture = {"url": base_url + shots[0].large, "type": "image/webp", "length": "0"}
            ElementTree.SubElement(item, "enclosure", picture)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
