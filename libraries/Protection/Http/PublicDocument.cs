using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Protection.Http;

/// <summary>A document for everyone, such as the key set. Caches may store it, a CDN among them, and scripts of any origin may read it.</summary>
internal static class PublicDocument
{
    /// <summary>How long a cache gives out its copy without asking.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    /// <summary>How long after that a cache still gives out its copy while it asks for a new one (RFC 5861 §3).</summary>
    public static readonly TimeSpan StaleWhileRevalidate = TimeSpan.FromMinutes(5);

    private static readonly string CacheControl = $"public, max-age={MaxAge.TotalSeconds:0}, stale-while-revalidate={StaleWhileRevalidate.TotalSeconds:0}";

    /// <summary>The answer with a document as JSON; 304 when the caller has it already.</summary>
    public static async Task<HttpResponseData> PublicJsonAsync<T>(this HttpRequestData request, T document, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(document, type);
        var response = request.CreateConditional(EntityTag.OfContent(body), CacheControl, out var isKnown);
        if (!isKnown)
        {
            await response.WriteAsync(body, MediaType.Json);
        }

        return response;
    }
}

/// <summary>Marks a function whose answers scripts of every origin may read, because every caller gets the same ones.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AllowAnyOriginAttribute : Attribute;
