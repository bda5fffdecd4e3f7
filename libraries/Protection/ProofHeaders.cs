using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Protection;

/// <summary>The headers of RFC 9449.</summary>
internal static class ProofHeaders
{
    public const string Nonce = "DPoP-Nonce";
    private const string Proof = "DPoP";

    /// <summary>The proof of a request.</summary>
    public static SentProof ReadProof(this HttpRequestData request)
    {
        if (!request.Headers.NonValidated.TryGetValues(Proof, out var values))
        {
            return new SentProof(request.Method, request.Url, null, IsSentTwice: false);
        }

        // Several headers arrive as several values, or joined by a comma if the Functions host has folded them.
        var proof = values.ToString();
        return new SentProof(request.Method, request.Url, proof, values.Count > 1 || proof.Contains(',', StringComparison.Ordinal));
    }

    /// <summary>Sets the next nonce, and keeps caches from storing the answer (RFC 9449 §8.2).</summary>
    public static void SetNonce(this HttpResponseData response, string? nonce)
    {
        if (nonce is not null)
        {
            response.SetHeader(Nonce, nonce);
            response.SetHeader("Cache-Control", "no-store");
        }
    }
}
