using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Protection.Http;

/// <summary>The condition that a change of a resource must carry (RFC 9110 §13.1.1).</summary>
internal static class Precondition
{
    /// <summary>Holds a change to the version that its client has seen.</summary>
    /// <exception cref="ProblemException">428: no <c>If-Match</c>. 412: it names another version.</exception>
    public static void RequireMatch(HttpRequestData request, string currentVersion)
    {
        // RFC 6585 §3: without the condition, of two writers the later would undo the earlier without knowing.
        if (request.FindHeader("If-Match") is not { } ifMatch)
        {
            throw new ProblemException(ProblemType.PreconditionRequired, "Read the resource, and send the ETag of that answer as If-Match.");
        }

        if (!EntityTag.IsMatch(ifMatch, EntityTag.Of(currentVersion)))
        {
            throw Stale();
        }
    }

    /// <summary>412: somebody else has changed the resource.</summary>
    public static ProblemException Stale() =>
        new(ProblemType.PreconditionFailed, "Read the resource again, look at what has changed, and send the new ETag as If-Match.");
}
