using Azure.Core;
using Azure.Core.Pipeline;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// Counts how often a write was sent. When a connection breaks after a request, it is unknown whether the write took
/// effect. If the client then repeats the write and gets a conflict, the conflict may be with itself.
/// </summary>
internal sealed class WriteAttempts
{
    private const string Property = "Gatehouse.WriteAttempts";

    private int _count;

    /// <summary>Whether the write was sent more than once.</summary>
    public bool IsRepeated => _count > 1;

    /// <summary>Counts requests until the scope ends.</summary>
    public IDisposable Begin() => HttpPipeline.CreateHttpMessagePropertiesScope(new Dictionary<string, object?> { [Property] = this });

    /// <summary>Counts each try; its place in the pipeline is after the retries.</summary>
    internal sealed class Policy : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message)
        {
            if (message.TryGetProperty(Property, out var value) && value is WriteAttempts attempts)
            {
                attempts._count++;
            }
        }
    }
}
