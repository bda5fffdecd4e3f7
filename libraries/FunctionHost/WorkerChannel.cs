using System.Collections.Concurrent;
using System.Threading.Channels;
using Gatehouse.FunctionHost.Protocol;
using Grpc.Core;

namespace Gatehouse.FunctionHost;

/// <summary>The host's end of the stream that a worker opens: sends requests to the worker and matches its answers.</summary>
internal sealed class WorkerChannel : FunctionRpc.FunctionRpcBase
{
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _waiting = new();
    private readonly ConcurrentQueue<FunctionLog> _logs = new();
    private readonly TaskCompletionSource _connection = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _ended;

    /// <summary>Completes when the worker has connected.</summary>
    public Task Connection => _connection.Task;

    public IReadOnlyList<FunctionLog> Logs => [.. _logs];

    /// <summary>Sends a message and waits for the one that answers it.</summary>
    /// <exception cref="IOException">The worker has disconnected.</exception>
    public async Task<StreamingMessage> AskAsync(StreamingMessage question)
    {
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        question.RequestId = Guid.NewGuid().ToString();
        _waiting[question.RequestId] = answer;
        Tell(question);
        if (_ended)
        {
            // The stream may have ended before this question was on the list.
            EndWaiting();
        }

        return await answer.Task;
    }

    /// <summary>Cancels an invocation that is under way.</summary>
    public void Cancel(string invocationId) => Tell(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocationId } });

    /// <summary>Asks the worker to stop its app.</summary>
    public void Terminate() => Tell(new StreamingMessage { WorkerTerminate = new WorkerTerminate() });

    /// <summary>Ends the stream after the messages that are on their way.</summary>
    public void Complete() => _outgoing.Writer.TryComplete();

    public override async Task EventStream(IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        // The worker never closes its half, so the stream ends with the host's half or the connection.
        var receiving = ReceiveAsync(requestStream, context.CancellationToken);
        await Task.WhenAny(SendAsync(responseStream, context.CancellationToken), receiving);
        _ended = true;
        Complete();
        EndWaiting();
    }

    private void Tell(StreamingMessage message) => _outgoing.Writer.TryWrite(message);

    private static async Task IgnoreDisconnectAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The other end has closed the connection.
        }
    }

    private Task SendAsync(IServerStreamWriter<StreamingMessage> stream, CancellationToken cancellationToken) => IgnoreDisconnectAsync(async () =>
    {
        await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
        {
            await stream.WriteAsync(message, cancellationToken);
        }
    });

    private Task ReceiveAsync(IAsyncStreamReader<StreamingMessage> stream, CancellationToken cancellationToken) => IgnoreDisconnectAsync(async () =>
    {
        await foreach (var message in stream.ReadAllAsync(cancellationToken))
        {
            Receive(message);
        }
    });

    private void Receive(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.StartStream:
                _connection.TrySetResult();
                break;
            case StreamingMessage.ContentOneofCase.RpcLog when message.RpcLog.LogCategory != RpcLog.Types.Kind.CustomMetric:
                _logs.Enqueue(new FunctionLog(message.RpcLog));
                break;
            default:
                if (_waiting.TryRemove(message.RequestId, out var answer))
                {
                    answer.TrySetResult(message);
                }

                break;
        }
    }

    private void EndWaiting()
    {
        foreach (var answer in _waiting.Values)
        {
            answer.TrySetException(new IOException("The function app has disconnected."));
        }
    }
}
