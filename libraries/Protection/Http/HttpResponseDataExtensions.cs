using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Protection.Http;

internal static class HttpResponseDataExtensions
{
    /// <summary>Sets a header, replacing what was there.</summary>
    public static void SetHeader(this HttpResponseData response, string name, string value)
    {
        response.Headers.Remove(name);
        response.Headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>Writes a value as JSON by the contract that was generated for its type.</summary>
    public static Task WriteJsonAsync<T>(this HttpResponseData response, T value, JsonTypeInfo<T> type, string mediaType = MediaType.Json) =>
        response.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, type), mediaType);

    /// <summary>Writes a body that is ready.</summary>
    public static async Task WriteAsync(this HttpResponseData response, ReadOnlyMemory<byte> body, string mediaType)
    {
        response.SetHeader("Content-Type", mediaType);
        await response.Body.WriteAsync(body, response.FunctionContext.CancellationToken);
    }
}
