using System.Collections.Concurrent;
using System.Net;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>
/// The part of the internet where the providers are, whose names no test can have: documents by their address, and what
/// was asked for.
/// </summary>
internal sealed class StandInNetwork : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, Func<string>> _documents = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _requests = new();

    /// <summary>Every address that was asked for.</summary>
    public IEnumerable<string> Requests => _requests;

    /// <summary>What it does instead of answering; null for answering.</summary>
    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>? Fault { get; set; }

    public void Publish(string address, Func<string> document) => _documents[address] = document;

    /// <summary>Nobody is there.</summary>
    public void GoAway() => Fault = static (_, _) => throw new HttpRequestException("Connection refused");

    public void ComeBack() => Fault = null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!.AbsoluteUri;
        _requests.Enqueue(address);
        if (Fault is { } fault)
        {
            return await fault(request, cancellationToken);
        }

        return _documents.TryGetValue(address, out var document)
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(document()) }
            : new HttpResponseMessage(HttpStatusCode.NotFound);
    }
}
