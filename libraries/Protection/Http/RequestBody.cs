using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Protection.Http;

/// <summary>Reads a body of a known type and a bounded size.</summary>
internal static class RequestBody
{
    /// <summary>The largest accepted body, in bytes. Valid bodies are small; a larger one is a mistake or an attack.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Reads the whole body.</summary>
    /// <exception cref="ProblemException">The type is another one (415), the body is too large (413).</exception>
    public static async Task<byte[]> ReadAsync(HttpRequestData request, string mediaType)
    {
        RequireMediaType(request, mediaType);
        var length = request.FindHeader("Content-Length");
        if (long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var announced) && announced > MaxBytes)
        {
            throw TooLarge();
        }

        // One byte more than the limit, because a chunked body does not announce its length.
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBytes + 1);
        try
        {
            var read = await request.Body.ReadAtLeastAsync(
                buffer.AsMemory(0, MaxBytes + 1),
                MaxBytes + 1,
                throwOnEndOfStream: false,
                request.FunctionContext.CancellationToken);
            return read > MaxBytes ? throw TooLarge() : buffer[..read];
        }
        finally
        {
            // Bodies hold passwords and tokens, which the next user of the buffer must not see.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static void RequireMediaType(HttpRequestData request, string mediaType)
    {
        var text = request.FindHeader("Content-Type");
        if (!MediaTypeHeaderValue.TryParse(text, out var given)
            || !string.Equals(given.MediaType, mediaType, StringComparison.OrdinalIgnoreCase)
            || !IsUtf8(given.CharSet))
        {
            throw new ProblemException(new Problem(
                ProblemType.UnsupportedMediaType,
                $"Send the body as {mediaType} in UTF-8, and say so in Content-Type.").With("Accept", mediaType));
        }
    }

    private static bool IsUtf8(string? charSet) =>
        charSet is null || string.Equals(charSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase);

    private static ProblemException TooLarge() =>
        new(ProblemType.BodyTooLarge, $"The body may have up to {MaxBytes} bytes.");
}

/// <summary>The media types of requests and answers.</summary>
internal static class MediaType
{
    public const string Json = "application/json";
    public const string Problem = "application/problem+json";
    public const string Html = "text/html; charset=utf-8";
    public const string JavaScript = "text/javascript; charset=utf-8";
    public const string Form = "application/x-www-form-urlencoded";
}
