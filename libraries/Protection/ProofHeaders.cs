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
    public static SentProof ReadProof(this HttpExchange exchange)
    {
        var proof = exchange.FindHeader(Proof, out var lines);

        // Several headers arrive as several lines, or joined by a comma if the Functions host has folded them.
        return new SentProof(exchange.Method, exchange.Url, proof, lines > 1 || proof?.Contains(',', StringComparison.Ordinal) == true);
    }

    /// <summary>The proof of a request to a function.</summary>
    public static SentProof ReadProof(this HttpRequestData request) => request.FunctionContext.Features.Get<HttpExchange>()!.ReadProof();

    /// <summary>Whether a request carries a proof, or names the scheme of bound tokens.</summary>
    public static bool UsesProofs(this HttpExchange exchange) =>
        exchange.FindHeader(Proof, out _) is not null
        || (exchange.FindHeader("Authorization") is { } authorization && TokenReader.StripScheme(authorization, TokenReader.BoundScheme) is not null);

    /// <summary>Sets the next nonce, and keeps caches from storing the answer (RFC 9449 §8.2).</summary>
    public static void SetNonce(this HttpExchange exchange, string nonce)
    {
        exchange.SetAnswerHeader(Nonce, nonce);
        exchange.SetAnswerHeader("Cache-Control", "no-store");
    }

    /// <summary>Sets the next nonce, if there is one, as <see cref="SetNonce(HttpExchange, string)"/> does.</summary>
    public static void SetNonce(this HttpResponseData response, string? nonce)
    {
        if (nonce is not null)
        {
            response.SetHeader(Nonce, nonce);
            response.SetHeader("Cache-Control", "no-store");
        }
    }
}
