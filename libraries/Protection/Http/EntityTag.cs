using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Protection.Http;

/// <summary>Compares entity tags of conditional requests (RFC 9110 §13.1).</summary>
internal static class EntityTag
{
    private const int ContentTagBytes = 16;

    /// <summary>Writes an opaque version as a strong entity tag.</summary>
    public static string Of(string version) => $"\"{version}\"";

    /// <summary>The strong entity tag of a body, made from its hash.</summary>
    public static string OfContent(ReadOnlySpan<byte> body) => Of(Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, ContentTagBytes)));

    /// <summary>Whether <c>If-Match</c> names the tag: strong comparison, so a weak tag never matches.</summary>
    public static bool IsMatch(string ifMatch, string current) =>
        ifMatch.Trim() == "*" || Read(ifMatch).Any(tag => !tag.IsWeak && tag.Tag == current);

    /// <summary>Whether <c>If-None-Match</c> names the tag: weak comparison.</summary>
    public static bool IsNoneMatch(string ifNoneMatch, string current) =>
        ifNoneMatch == current || ifNoneMatch.Trim() == "*" || Read(ifNoneMatch).Any(tag => tag.Tag == current);

    private static IEnumerable<EntityTagHeaderValue> Read(string header)
    {
        foreach (var part in header.Split(','))
        {
            if (EntityTagHeaderValue.TryParse(part.Trim(), out var tag))
            {
                yield return tag;
            }
        }
    }
}

/// <summary>The condition that a change of a resource must carry (RFC 9110 §13.1.1).</summary>
internal static class Precondition
{
    /// <summary>Holds a change to the version that its client has seen.</summary>
    /// <exception cref="ProblemException">428: no <c>If-Match</c>. 412: it names another version.</exception>
    public static void RequireMatch(HttpRequestData request, string currentVersion)
    {
        // RFC 6585 §3: without the condition, the later of two writers would unknowingly undo the change of the earlier.
        if (request.FindListHeader("If-Match") is not { } ifMatch)
        {
            throw new ProblemException(ProblemType.PreconditionRequired, "Read the resource, and send the ETag of that answer as If-Match.");
        }

        if (!EntityTag.IsMatch(ifMatch, EntityTag.Of(currentVersion)))
        {
            throw Stale();
        }
    }

    /// <summary>412: the resource has changed since the client read it.</summary>
    public static ProblemException Stale() =>
        new(ProblemType.PreconditionFailed, "Read the resource again, check what has changed, and send the new ETag as If-Match.");
}
